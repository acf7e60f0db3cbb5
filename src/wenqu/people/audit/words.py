"""The audit in words: every verb that the product writes, refusals among them, and what an entry can be about."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# verb -> what was done. A test finds every verb of the source here.
VERBS: dict[str, Any] = {
    "tell_watch": _("登记监测对象收支和情况"),
    "withdraw_watch": _("撤回监测对象登记"),
    "judge_watch_again": _("按变化重新研判"),
    "let_colour_stand": _("复核同意等级变动"),
    "judge_watch": _("全县监测研判"),
    "view_watch_file": _("查看监测研判页面"),
    "ask_what_if": _("提出规则推演"),
    "work_what_if": _("规则推演"),
    "view_what_if_names": _("查看推演农户名单"),
    "keep_edition": _("保存规则版本"),
    "refused": _("被拒绝的尝试"),
    # looks
    "view_household": _("查看农户"), "list_households": _("查看农户列表"), "view_village": _("查看村首页的农户"),
    "view_members": _("查看家庭成员"), "view_facts": _("查看农户用水情况"), "view_verdict": _("查看农户评价依据"),
    "view_problem": _("查看问题"), "view_desk": _("查看今日待办"), "view_alarm": _("查看区域告警"), "list_problems": _("查看问题台账"), "view_scheme": _("查看供水工程"),
    "list_scheme_households": _("查看工程供水农户"), "view_batch": _("查看导入批次的问题单元格"), "search": _("搜索到农户"),
    "list_watched": _("查看监测名单"), "view_course": _("查看监测办理过程"), "view_watch_desk": _("查看监测待办"), "list_watch_judged": _("查看研判名单"), "list_watch_moves": _("查看研判变动"),
    "list_notices": _("查看公示"), "print_notice": _("打印公示"),
    "view_audit": _("查看审计记录"), "view_looks": _("查看紧急查看记录"), "reveal": _("查看完整号码"),
    "reveal_limit": _("查看完整号码达到上限"), "reveal_refused": _("查看完整号码被拒绝"), "open_glass": _("紧急查看区域外农户"),
    "glass_not_needed": _("紧急查看（本区域内，无需）"), "glass_refused": _("紧急查看被拒绝"), "glass_limit": _("紧急查看达到上限"),
    "department_query": _("部门核查"), "department_list": _("部门批量核查"),
    # files that leave
    "export_ledger": _("导出台账"), "reissue_snapshot": _("凭快照重新出具台账"), "download_result": _("下载结果文件"), "download_annotated": _("下载标注的工作簿"),
    "attach_evidence": _("提交佐证材料"), "view_evidence": _("查看佐证照片"), "download_evidence": _("下载佐证原件"),
    "export_audit": _("导出审计记录"), "make_backup": _("备份"), "restore_backup": _("恢复备份"),
    # registers
    "receive_workbook": _("上传文件"), "check_batch": _("试导入"), "import_batch": _("导入"), "undo_batch": _("撤销导入"),
    "set_mapping": _("指定列对应关系"), "save_mapping": _("保存列对应关系"), "delete_mapping": _("删除列对应关系"),
    "open_register": _("启用台账"), "record_facts": _("登记用水事实"), "withdraw_record": _("撤回用水事实"),
    "add_division": _("新增区划"), "set_outline": _("设置边界"), "remove_outlines": _("移除边界"),
    "record_consent": _("登记授权"), "withdraw_consent": _("撤回授权"), "load_demo_county": _("装入演示县"),
    # work
    "submit_job": _("提交任务"), "judge_division": _("评价"), "open_problems": _("登记问题"), "report_problem": _("登记反映"), "split_off_problem": _("拆出新问题"),
    "raise_alarm": _("触发区域告警"), "clear_alarm": _("解除区域告警"), "set_duty_profile": _("设定责任与期限"),
    # the watch list
    "adopt_edition": _("采用监测规则"), "open_course": _("开始监测办理"), "act_in_course": _("监测办理一步"), "enter_watch_list": _("纳入监测"),
    "leave_watch_list": _("消除风险，移出监测"),
    "problem_verify": _("核实问题"), "problem_dismiss": _("认定问题不属实"), "problem_assign": _("交办问题"), "problem_transfer": _("转办问题"),
    "problem_escalate": _("上提问题"), "problem_suspend": _("挂起问题"), "problem_resume": _("恢复办理问题"), "problem_rectify": _("整改问题"), "problem_return":
    _("退回整改"), "problem_check": _("复核问题"), "problem_sign_off": _("销号"), "problem_file": _("备案"), "problem_merge": _("并入其他问题"), "problem_absorb":
    _("接收并入的问题"), "problem_split": _("拆分问题"), "problem_reopen": _("重新打开问题"), "problem_report": _("问题又有反映"), "problem_confirm": _("线索查实"), "problem_hand_over": _("离岗交接问题"),
    "follow_households": _("问题随农户迁移"),
    # water quality
    "adopt_plan": _("采用监测方案"), "drop_plan": _("停用监测方案"), "add_points": _("登记监测点"), "edit_point": _("修改监测点"), "end_point": _("停用监测点"),
    "plan_samples": _("安排采样"), "plan_retest": _("安排复检"), "take_sample": _("登记采样"), "measure_sample": _("登记现场测定"), "withdraw_sampling": _("撤回采样"),
    "void_sample": _("作废样品"), "hand_over_sample": _("登记送出样品"), "receive_sample": _("接收样品"),
    "add_laboratory": _("登记检测机构"), "edit_laboratory": _("修改检测机构"), "receive_delivery": _("上传检测报表"), "read_delivery": _("试读检测报表"),
    "map_delivery": _("更正检测报表的识别结果"), "take_delivery": _("采用检测报表"), "list_delivery_cells": _("查看检测报表中读不出的格"), "download_marked_delivery": _("下载标注了错误的检测报表"), "enter_results": _("录入检测结果"),
    "correct_result": _("更正检测结果"), "review_results": _("审核检测结果"), "review_delivery": _("整份审核检测报表"), "return_results": _("退回检测结果"), "invalidate_results": _("作废检测结果"),
    "tell_done": _("登记完成数"), "withdraw_tally": _("撤回完成登记"), "export_calendar": _("导出监测日历"), "judge_water_sample": _("评价水样"), "export_quality": _("导出水质合格率"), "export_quality_upload": _("导出水质监测上报文件"), "problem_inform": _("告知问题新的情况"),
    "set_control_limits": _("设定质量控制允许范围"), "tell_doses": _("登记加标"), "withdraw_dose": _("撤回加标登记"), "export_quality_control": _("导出质量控制"),
    "tell_happening": _("登记应报告的情形"), "withdraw_happening": _("撤回应报告的情形"), "tell_report": _("登记报告"), "withdraw_report": _("撤回报告登记"),
    # two books
    "receive_book": _("上传对方台账"), "look_into_books": _("试读对方台账"), "compare_books": _("比对两本台账"), "rule_row": _("裁定一行"),
    "rule_rows": _("批量裁定"), "issue_result": _("发出比对结果"), "download_issue": _("下载比对结果"), "receive_return": _("上传回导的结果"),
    "take_return": _("回导并双方销号"), "refuse_return": _("拒绝被改动的结果"), "list_book_rows": _("查看比对的行"),
    # surveys
    "publish_form": _("发布调查表单"), "withdraw_form": _("停用调查表单"), "plan_round": _("建立调查批次"), "assign_villages": _("分派调查任务"),
    "unassign": _("取消调查任务"), "close_round": _("结束调查批次"), "move_round_end": _("更改调查批次期限"), "offer_pairing": _("发出手机配对码"),
    "pair_device": _("配对手机"), "revoke_device": _("停用手机"), "download_list": _("手机下载名单"), "receive_submission": _("收到调查记录"),
    "accept_submission": _("采用调查记录"), "leave_out_submission": _("不采用调查记录"), "hold_submission": _("调查记录办不成，待裁定"), "view_submission": _("查看调查记录"),
    "rule_on_field": _("逐项裁定调查记录"), "view_doubled": _("查看有出入的调查记录"), "import_rescue": _("导入救援文件"), "export_round": _("导出调查记录"), "list_outside": _("查看台账外农户"), "export_outside": _("导出台账外农户"),
    # help
    "plan_measure": _("制定帮扶措施"), "carry_out_measure": _("落实帮扶措施"), "judge_measure": _("评定帮扶成效"), "drop_measure": _("停止帮扶措施"),
    "take_over_urgent": _("先行帮扶的措施转入"), "record_visit": _("登记走访"), "withdraw_visit": _("撤回走访"), "restore_visit": _("恢复走访"), "change_helper": _("更换帮扶责任人"),
    "view_help": _("查看农户帮扶情况"), "export_help_report": _("导出监测帮扶统计表"), "export_watched": _("导出监测对象系统表"),
    "list_insurance": _("登记防贫保险名单"), "insurance_step": _("办理防贫保险"), "list_insurance_cases": _("查看防贫保险名单"), "view_insurance": _("查看防贫保险个案"),
    # people
    "add_account": _("新增账号"), "add_people": _("批量新增人员"), "give_duty": _("授予职责"), "end_duty": _("结束职责"),
    "ask_change": _("申请权限变更"), "decide_change": _("审批权限变更"), "hand_over": _("交接工作"), "deactivate": _("停用账号"),
    "reactivate": _("重新启用账号"), "invite": _("发出邀请"), "revoke_invitations": _("作废邀请"),
    "take_up_invitation": _("通过邀请设置密码"), "make_token": _("创建接口令牌"), "revoke_token": _("作废接口令牌"),
    # signing in
    "sign_in": _("登录"), "password_accepted": _("密码正确，等待两步验证"), "sign_out": _("退出"), "end_session": _("结束一个登录"),
    "sign_out_everywhere": _("退出所有登录"), "change_password": _("修改密码"), "enrol_second_factor": _("设置两步验证"),
    "remove_second_factor": _("关闭两步验证"), "reset_second_factor": _("重置两步验证"),
    "renew_recovery_codes": _("更换恢复码"),
    # changes of households
    "ask_household_change": _("申请农户变更"), "confirm_household_change": _("核定农户变更"), "turn_down_household_change": _("不予通过农户变更"), "withdraw_household_change": _("撤回农户变更申请"),
    "view_household_change": _("查看农户变更"), "list_household_changes": _("查看农户变更列表"),
    # keys
    "create_keys": _("生成密钥"), "rotate_keys": _("开始轮换密钥"), "rotated_keys": _("完成轮换密钥"), "retire_key": _("停用旧密钥"),
}
# Verbs of earlier releases: nobody writes them any more, and the log keeps what was written.
FORMER: dict[str, Any] = {"close_problem": _("关闭问题")}
# What somebody guesses at (`people.signing.guard`), and what may come of it: «sign_in_failed».
GUESSES: dict[str, Any] = {
    "sign_in": _("登录"), "password": _("输入原密码"), "invitation": _("使用邀请链接"), "second_factor": _("输入验证码"),
    "enrol_second_factor": _("设置两步验证"), "renew_recovery_codes": _("更换恢复码"), "remove_second_factor": _("关闭两步验证"),
}
OUTCOMES: dict[str, Any] = {"failed": _("失败"), "locked": _("失败次数过多，须等待"), "refused": _("被拒绝")}
GUESSED = [f"{guess}_{outcome}" for guess in GUESSES for outcome in OUTCOMES]
REFUSALS = ("refused", "reveal_limit", "reveal_refused", "glass_refused", "glass_limit", *GUESSED)

SUBJECTS: dict[str, Any] = {
    "household": _("农户"), "scheme": _("供水工程"), "problem": _("问题"), "job": _("任务"), "batch": _("导入批次"), "account": _("账号"),
    "division": _("区划"), "run": _("评价"), "record": _("用水事实批次"), "mapping": _("列对应关系"), "token": _("令牌"), "key": _("密钥"),
    "comparison": _("双台账比对"), "request": _("权限变更申请"), "consent": _("授权"), "evidence": _("佐证材料"), "alarm": _("区域告警"),
    "form": _("调查表单"), "round": _("调查批次"), "device": _("手机"), "submission": _("调查记录"),
    "course": _("监测办理"), "edition": _("规则版本"),
    "watched": _("监测对象"), "measure": _("帮扶措施"), "insurance": _("防贫保险个案"),
}
# Names of details that many entries have; the others are shown as they are.
DETAILS: dict[str, Any] = {
    "code": _("代码"), "what": _("位置"), "rows": _("行数"), "page": _("页"), "ledger": _("台账"), "phones": _("电话"), "file": _("文件"),
    "name": _("名称"), "kind": _("种类"), "state": _("状态"), "pack": _("规则包"), "as_of": _("基准日"), "households": _("农户"),
    "role": _("角色"), "from": _("起"), "to": _("止"), "reason": _("理由"), "title": _("标题"), "facts": _("条数"), "wait": _("须等待（秒）"),
    "overall": _("综合结论"), "indicator": _("指标"), "grade": _("指标结论"), "source": _("来源"), "sheets": _("工作表"), "runs": _("评价批次"),
    "by": _("凭什么查"), "digest": _("号码摘要"), "digests": _("号码摘要"), "until": _("有效期至"), "told": _("告知人数"), "purpose": _("用途"),
    "answered": _("已答复"), "list": _("按名单"), "consent": _("授权"), "given_on": _("授权日期"), "field": _("号码种类"), "member": _("家庭成员"),
    "text": _("说明"), "glass": _("紧急查看"), "taker": _("接手人"), "taker_id": _("接手人编号"), "giver": _("移交人"), "counts": _("数量"),
    "created": _("新增"), "changed": _("更改"), "unchanged": _("不变"), "refused": _("未导入"), "skipped": _("非数据行"), "cells": _("有问题的单元格"),
    "sha256": _("文件摘要"), "invitation": _("邀请"), "invitations": _("邀请"), "sessions": _("登录"), "kept_own": _("保留本次登录"), "tokens": _("令牌"),
    "reset_factor": _("解除两步验证"), "anew": _("重新发出"), "at_once": _("立即"), "change": _("变更"), "decision": _("结果"), "asked_by": _("申请人"),
    "request": _("申请"), "people": _("人数"), "opened": _("新开"), "clues": _("线索"), "confirmed": _("确认"), "still": _("仍在"), "schemes": _("供水工程"),
    "second_factor": _("两步验证"), "may_write": _("可写"), "first": _("从第几号"), "last": _("到第几号"), "fingerprint": _("指纹"), "missing": _("缺少"),
    "happened_on": _("发生日期"), "why": _("原因"), "moved": _("人数增减"), "undoes": _("撤销的变更"),
}
_SUBJECT = re.compile(r"[a-z_]{2,20}:[\w.-]{1,40}")
VIAS: dict[str, Any] = {"page": _("网页"), "api": _("接口"), "job": _("后台任务"), "command": _("命令行"), "phone": _("调查手机"), "rescue": _("救援文件")}


def verb_label(verb: str) -> str:
    """What was done, in words; the verb itself where there are none."""
    words = VERBS.get(verb) or FORMER.get(verb)
    if words:
        return str(words)
    guess, _line, outcome = verb.rpartition("_")
    if guess in GUESSES and outcome in OUTCOMES:
        return gettext("%(what)s：%(outcome)s") % {"what": GUESSES[guess], "outcome": OUTCOMES[outcome]}
    return verb


def subject_label(subject: str) -> str:
    """«household:12» as «农户 12»."""
    kind, colon, number = subject.partition(":")
    return f"{SUBJECTS[kind]} {number}" if colon and kind in SUBJECTS else subject


def subject_of(text: str) -> str:
    """«household:12» of what somebody writes: that itself, or «农户 12» as the log shows it; "" where it names no one thing."""
    text = text.strip()
    if _SUBJECT.fullmatch(text):
        return text
    for kind, label in SUBJECTS.items():
        number = text.removeprefix(str(label)).strip()
        if text.startswith(str(label)) and _SUBJECT.fullmatch(f"{kind}:{number}"):
            return f"{kind}:{number}"
    return ""


def verb_choices() -> list[tuple[str, str]]:
    """Every verb with its words, for a filter."""
    return [(verb, verb_label(verb)) for verb in (*VERBS, *FORMER, *GUESSED)]

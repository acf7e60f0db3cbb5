"""The words of what the phone keeps: drafts, outbox, rescue files, the phone itself. Key -> text, {name} stands for what the page knows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_KEPT: dict[str, Any] = {
    "no_drafts": _("没有草稿"),
    "drafts_stay": _("没有填完的表单自动存在这里，关机也不会丢。"),
    "draft_go_on": _("继续填"),
    "draft_drop": _("删除"),
    "draft_drop_sure": _("确定删除“{name}”的草稿吗？删除后不能找回。"),
    "draft_elsewhere": _("这份草稿正在另一个页面里填写。请先关闭那个页面。"),
    "draft_gone": _("这份草稿已经发出或删除。"),
    "finished_kept": _("已存入发件箱，有网络时自动发送。"),
    "outbox_told": _("{count} 份记录等待发送，有网络时自动发送。"),
    "outbox_empty": _("全部发出，没有等待的记录"),
    "outbox_waiting": _("等待"),
    "outbox_refused": _("被退回"),
    "refused_because": _("服务器没有收下：{why}"),
    "waits_for_network": _("等待网络，已试 {tries} 次"),
    "photos": _("{count} 个附件"),
    "files_again": _("服务器缺 {count} 个附件，正在补发"),
    "send_now": _("现在发送"),
    "send_again": _("再次发送"),
    "send_all_again": _("全部再次发送"),
    "sent_list": _("已发出的记录"),
    "sent_received": _("已收到"),
    "rescue": _("导出救援文件"),
    "rescue_told": _("长期发不出去时，把记录导出成文件，用数据线、微信或U盘交给县里导入。文件已加密，只有县里能打开。记录仍留在手机里，以后发出也不会重复。"),
    "rescue_count": _("将导出 {count} 份等待发送的记录。"),
    "rescue_drafts": _("另有 {count} 份草稿没有填完，不在文件里。请先填完。"),
    "rescue_last": _("上次导出：{when}"),
    "rescue_save": _("导出到手机的“下载”"),
    "rescue_saved": _("已导出 {count} 个文件，在手机的“下载”里。"),
    "rescue_insecure": _("本页不是用 https 打开的，不能加密，所以不能导出。请联系县级管理员启用 https。"),
    "rescue_nokey": _("手机里没有县里的加密公钥。请有网络时同步一次再导出。"),
    "rescue_empty": _("没有等待发送的记录，不需要导出。"),
}

_PHONE: dict[str, Any] = {
    "pair": _("登记这部手机"),
    "pair_how": _("请用手机扫电脑上的配对二维码，或把配对链接粘贴在下面。没有配对码请联系乡镇或县里。"),
    "pair_have_code": _("配对码已读到。请确认手机名称，然后登记。"),
    "pair_code": _("配对链接或配对码"),
    "pair_code_hint": _("长按这里粘贴"),
    "pair_name": _("手机名称"),
    "pair_name_hint": _("例如：张三的红米，方便县里认出这部手机。"),
    "pair_now": pgettext_lazy("phone", "登记"),
    "pair_again": _("重新登记这部手机"),
    "pair_no_code": _("这里没有配对码。请粘贴完整的配对链接，或重新扫码。"),
    "scan": _("用摄像头扫码"),
    "camera_none": _("摄像头打不开。请允许使用摄像头，或用手机自带的扫码打开配对链接。"),
    "not_secure": _("本页不是用 https 打开的：没有网络时不能打开本页，也不能导出救援文件。请联系县级管理员启用 https。"),
    "look": _("显示"),
    "large": _("大字"),
    "language": _("语言"),
    "kept_here": _("手机存储"),
    "room": _("占用"),
    "room_used": _("{used}，最多 {all}"),
    "room_unknown": _("这个浏览器不说明"),
    "persisted": _("长期保存"),
    "persisted_yes": _("已保证不被自动清理"),
    "persisted_no": _("手机缺空间时可能被清理"),
    "persist": _("请求长期保存"),
    "persist_hint": _("把本页添加到手机桌面，更容易得到长期保存。"),
    "persist_refused": _("浏览器这次没有同意长期保存。请把本页添加到手机桌面后再试，并及时发送记录。"),
    "this_phone": _("这部手机"),
    "person": _("人员"),
    "county": _("县"),
    "phone_name": _("手机"),
    "version": pgettext_lazy("phone", "版本"),
    "retire_this": _("清空并停用本机"),
    "retire_told": _("手机不再用于填报、要交给别人时使用。名单、表单和登记都从手机里删除。请同时告诉县里停用这部手机。"),
    "retire_not_yet": _("还有 {unsent} 份记录没有发出，{drafts} 份草稿没有填完。先处理完才能清空。"),
    "retire_open": _("{count} 份已发出的记录还没有得到县里确认附件齐全。最好先同步一次。"),
    "retire_now": _("清空并停用"),
    "retire_sure": _("确定清空这部手机里的问渠数据吗？"),
}

KEPT: dict[str, Any] = {**_KEPT, **_PHONE}

"""The words of the form screen on the phone: key -> text, {name} stands for what the page knows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_SCREEN = {
    "form_leave": _("退出"), "form_back": _("上一步"), "form_next": _("下一步"), "form_finish": _("完成"), "form_language": _("语言"),
    "form_page": _("{at} / {all} 页"), "form_page_number": _("第 {at} 页"), "form_page_open": _("还有 {count} 处"), "form_page_full": _("填好了"),
    "form_page_wrong": _("这一页还有 {count} 处要填好。"), "form_skip": _("先跳过"),
    "form_wrong": _("还有 {count} 处没填好：“{name}”。填好后再按“完成”。"),
    "form_empty": _("这张表没有要填的题，直接按“完成”。"),
    "form_lost": _("有 {count} 张照片或签名在手机上找不到了，请重新拍照、签字。"),
    "form_broken": _("这张表单有一处算错了。已填的都还在，可以接着填；也可以导出草稿，交给办公室。"),
    "form_not_stored": _("没有存进手机，可能是存储空间满了。请先导出草稿，清出空间后再试。"),
    "form_draft_broken": _("这份草稿打不开，内容还在手机里。请导出草稿，交给办公室。"),
    "form_form_broken": _("这张表单打不开。请告诉办公室检查表单。"), "form_export": _("导出草稿"),
}
_QUESTIONS = {
    "form_must": _("必填"), "form_guidance": _("怎样填？"), "form_last_time": _("上次：{value}（{day}）"),
    "form_required": _("这一项必须填写。"), "form_constraint": _("填的内容不符合要求，请核对。"),
    "form_refused_integer": _("请填整数，只用数字。"), "form_refused_decimal": _("请填数字，例如 12 或 12.5。"),
    "form_refused_date": _("没有这一天，请重新选择日期。"), "form_refused_time": _("时间不对，请重新选择。"),
    "form_refused_datetime": _("日期或时间不对，请重新选择。"), "form_refused_geopoint": _("位置不对，请重新定位。"),
    "form_refused_select_one": _("这一项现在不能选，请重新选择。"), "form_refused_select_multiple": _("有一项现在不能选，请重新选择。"),
    "form_choose": _("请选择"), "form_clear": _("不选了"), "form_change": _("换一个"), "form_search": _("输入名称或编号的几个字"),
    "form_found": _("找到 {all} 个"), "form_found_more": _("共 {all} 个，先列 {shown} 个。再输入几个字就少了。"),
    "form_today": _("今天"), "form_now": _("现在"), "form_acknowledge": _("我知道了"),
    "form_entry": _("条目"), "form_add": _("＋ 添加{name}"), "form_remove": _("删除"), "form_remove_sure": _("确定删除这一条？删了不能恢复。"),
    "form_remove_not": _("不删"), "form_surplus": _("上面填的是 {wanted} 条，这里有 {there} 条。请删去多余的，或改上面的数。"),
}
_PHOTOS = {
    "form_photo": _("照片"), "form_photo_take": _("拍照"), "form_photo_again": _("重拍"), "form_photo_choose": _("从相册选"),
    "form_photo_remove": _("不要这张"), "form_photo_busy": _("正在处理照片…"), "form_photo_broken": _("这张照片打不开，请重拍一张。"),
    "form_signature": _("签名"), "form_sign_here": _("用手指在框里签名"), "form_sign_again": _("重签"),
    "form_sign_short": _("签名太短，请再签一次。"), "form_scan": _("拍条码、二维码"), "form_scan_busy": _("正在识别…"),
    "form_scan_nothing": _("没有认出条码。请对准、靠近再拍，或手工输入。"),
}
_PLACES = {
    "form_place_start": _("开始定位"), "form_place_again": _("重新定位"), "form_place_accept": _("采用（误差 {metres} 米）"),
    "form_place_looking": _("正在找卫星，请到室外空旷处，还有 {seconds} 秒"), "form_place_better": _("误差 {metres} 米，再等会更准，还有 {seconds} 秒"),
    "form_place_value": _("北纬 {latitude}°　东经 {longitude}°"), "form_place_accuracy": _("误差约 {metres} 米，坐标系 WGS-84（EPSG:4326）"),
    "form_place_typed": _("手工填写，坐标系 WGS-84（EPSG:4326）"), "form_place_poor": _("误差 {metres} 米，太大了。请到空旷处重新定位。"),
    "form_place_nowhere": _("没有收到卫星信号。请到室外空旷处，打开手机的“位置信息”，再试一次。"),
    "form_place_denied": _("手机没有允许本页定位。请点网址左边的图标，在“权限”里把“位置”改为允许，再点“开始定位”；也可以手工填写。"),
    "form_place_insecure": _("这里不能定位：本页不是用 https 打开的。请手工填写经纬度。"),
    "form_place_hand": _("手工填写"), "form_place_hand_how": _("填 GPS 上的度数（WGS-84）。地图软件上的坐标有偏移，不要填。"),
    "form_place_latitude": _("纬度（北纬）"), "form_place_longitude": _("经度（东经）"), "form_place_take": _("用这个位置"),
    "form_place_numbers": _("请填度数，例如纬度 26.57、经度 106.71。"), "form_place_swapped": _("纬度和经度好像填反了，请核对。"),
}
FORM: dict[str, Any] = {**_SCREEN, **_QUESTIONS, **_PHOTOS, **_PLACES}

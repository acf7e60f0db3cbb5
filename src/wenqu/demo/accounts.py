"""The demo's public accounts: one for every role that matters, two administrators so that four eyes can be tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAccount:
    """`place` is the kind of division, from the demo county up or down; `role` a value of `rights.Role`."""

    username: str
    name: str
    role: str
    place: str
    told: str
    unit: str = ""

    @property
    def password(self) -> str:
        """Printed at every start on purpose: it opens nothing but made-up people."""
        return f"lantian-{self.username}-2026"


ACCOUNTS = (
    DemoAccount("xian", "{place}演示员", "county_dispatcher", "county", "县级调度员"),
    DemoAccount("zhen", "{place}演示员", "town_station", "town", "乡镇水管站"),
    DemoAccount("cun", "村级演示员", "village_manager", "village", "村级管水员"),
    DemoAccount("guanli", "管理演示员", "county_admin", "county", "县级管理员"),
    DemoAccount("guanli2", "管理演示员二", "county_admin", "county", "县级管理员（另一名，用于审批）"),
    DemoAccount("qiangxiu", "抢修演示员", "county_dispatcher", "county", "县级调度员（抢修队，负责整改）"),
    DemoAccount("fuhe", "复核演示员", "county_reviewer", "county", "县级复核员"),
    DemoAccount("fuhe2", "复核演示员二", "county_reviewer", "county", "县级复核员（另一名，用于销号）"),
    DemoAccount("shenji", "审计演示员", "auditor", "county", "审计员"),
    DemoAccount("minzheng", "民政演示员", "department", "county", "县级部门", "民政局"),
    DemoAccount("jiaoyu", "教育演示员", "department", "county", "县级部门", "教育局"),
    DemoAccount("jiance", "检测演示员", "laboratory", "county", "水质检测机构", "疾控中心"),
    DemoAccount("zhenfu", "乡镇政府演示员", "town_office", "town", "乡镇政府"),
    DemoAccount("chuangkou", "村级窗口演示员", "village_desk", "village", "村级服务窗口"),
    DemoAccount("sheng", "省级演示员", "reader", "province", "上级查阅"),
    DemoAccount("dudao", "督导演示员", "supervisor", "prefecture", "上级督导"),
)
PASSWORDS = {each.username: each.password for each in ACCOUNTS}


def accounts_text() -> str:
    """What every start of the demo prints."""
    lines = [f"  {each.told}：用户名 {each.username}  密码 {each.password}" for each in ACCOUNTS]
    return "\n".join(["演示账号（仅演示数据，请勿用于正式环境）：", *lines])

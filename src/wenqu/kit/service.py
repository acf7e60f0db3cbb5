"""What the settings need beyond single variables: a private file of ours, and all that serving in earnest asks for."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from wenqu.kit.env import BadSetting


def made_once(folder: Path, name: str, content: str) -> str:
    """The content of a private file of the data folder, written there the first time."""
    kept = folder / name
    try:
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(content)
        return kept.read_text().strip()
    except OSError as error:
        raise BadSetting(f"数据目录 {folder}（WENQU_DATA）不能使用：{error.strerror}。请改用运行账号可写的目录") from None


def ready_for_service(**given: bool) -> None:
    """Refuse to serve in earnest with settings that are good enough only for trying out."""
    lacking = [_SERVICE[name] for name, fine in given.items() if not fine]
    if lacking:
        raise BadSetting(f"正式使用（WENQU_SERVICE=1）还差：{'；'.join(lacking)}。各项说明见 docs/operations.zh-CN.md")


def ready_for_bucket(endpoint: str, **given: str) -> None:
    """Refuse a storage in a bucket whose settings are not whole."""
    lacking = [name for name, value in given.items() if not value]
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        lacking.insert(0, "WENQU_S3_ENDPOINT（写如 https://storage.example.gov.cn）")
    elif parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise BadSetting("WENQU_S3_ENDPOINT 不在本机，须用 https")
    if lacking:
        raise BadSetting(f"佐证材料存到 S3（WENQU_EVIDENCE_STORAGE=s3）还差：{'、'.join(lacking)}")


_SERVICE = {
    "secret_key": "WENQU_SECRET_KEY（签名密钥，至少 32 个字符）",
    "keys": "WENQU_KEYS（个人信息密钥文件的位置，放在数据目录之外）",
    "hosts": "WENQU_HOSTS（网页的域名，不能用 *）",
    "https": "WENQU_HTTPS=1 或 WENQU_CERT（须用 https）",
    "debug": "WENQU_DEBUG 不能为 1",
    "demo": "WENQU_DEMO 不能为 1",
}

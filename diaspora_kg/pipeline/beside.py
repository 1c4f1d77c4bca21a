"""The files beside an annotation that its reader may look at, and what it looked at.

A build knows what changed by the stamps of files. So a reader reads no path of its own: it asks for a
text, or for a file that its script declares in ``BESIDE``, and both are remembered.
"""

from __future__ import annotations

from diaspora_kg.errors import ArticleRefused
from diaspora_kg.loader import ScriptFailed
from diaspora_kg.pipeline.files import COMPANIONS, InputFile, NotReadableError, not_read
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import FileStamp


class Beside:
    """Gives the bytes of files beside one annotation; ``stamps`` are those of the files that were there."""

    def __init__(self, item: InputFile, setting: Setting) -> None:
        self._item, self._setting = item, setting
        self.stamps: list[FileStamp] = []

    def __call__(self, name: str) -> bytes | None:
        """The bytes of a file by its name, or by its suffix where it has the annotation's stem.

        Raises :class:`ArticleRefused` for one that cannot be read, :class:`ScriptFailed` for one that
        the script does not declare.
        """
        if name not in COMPANIONS and name not in self._setting.beside:
            raise ScriptFailed(f"{name} is neither a text nor declared in BESIDE, so it was not read")
        path = self._item.path
        wanted = path.with_suffix(name) if name.startswith(".") else path.parent / name
        project, files = self._setting.project, self._setting.files
        if not files.there(project, wanted):
            return None
        try:
            data, stamp = files.content_of(project, wanted)
        except NotReadableError as error:
            raise ArticleRefused([not_read(project.relative(wanted), str(error))]) from None
        self.stamps.append(stamp)
        return data

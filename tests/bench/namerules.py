"""Romanization standards and practices as tables, for the made-up names of the bench.

They are written from the standards, apart from the tables that the comparison uses, so that the bench is no test
of a table against itself: BGN/PCGN (Russian 1947, Armenian 1981, Georgian 2009), ISO 9:1995, ALA-LC, ICAO 9303
(passports), the German transcription, French press practice, Hübschmann-Meillet and ISO 9985 for Armenian, Western
Armenian practice, ISO 9984 and the national system for Georgian, the three Azerbaijani alphabets, and what Russian,
English and Persian newspapers do with all of them.
"""
# ruff: noqa: E501 (tables are easier to read in long lines)

from __future__ import annotations

import re
from collections.abc import Callable

Rule = Callable[[str], str]


def _table(text: str) -> dict[str, str]:
    return {left: right for left, _, right in (pair.partition("=") for pair in text.split())}


def _by_table(table: dict[str, str], before: tuple[tuple[str, str], ...] = ()) -> Rule:
    pattern = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))

    def rule(word: str) -> str:
        low = word.lower()
        for old, new in before:
            low = re.sub(old, new, low)
        read = pattern.sub(lambda found: table[found.group()], low)
        return read if "ა" <= read[:1] <= "ჰ" else read[:1].upper() + read[1:]

    return rule


_RU = "а=a б=b в=v г=g д=d з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
_YE = ((r"(?<=[аеёиоуыэюяйьъ])е|^е", "йе"),)
RUSSIAN: dict[str, Rule] = {
    "BGN/PCGN": _by_table(_table(_RU + "е=e йе=ye ё=yë ж=zh й=y х=kh ц=ts ч=ch ш=sh щ=shch ъ=” ы=y ь=’ э=e ю=yu я=ya"), _YE),
    "ISO 9": _by_table(_table(_RU + "е=e ё=ë ж=ž й=j х=h ц=c ч=č ш=š щ=ŝ ъ=ʺ ы=y ь=ʹ э=è ю=û я=â")),
    "ALA-LC": _by_table(_table(_RU + "е=e ё=ë ж=zh й=ĭ х=kh ц=ts ч=ch ш=sh щ=shch ъ=ʺ ы=y ь=ʹ э=ė ю=iu я=ia")),
    "ICAO passport": _by_table(_table(_RU + "е=e ё=e ж=zh й=i х=kh ц=ts ч=ch ш=sh щ=shch ъ=ie ы=y ь= э=e ю=iu я=ia")),
    "German": _by_table(
        _table(_RU.replace("в=v", "в=w").replace("з=z", "з=s")
               + "е=e йе=je ё=jo ж=sch й=i х=ch ц=z ч=tsch ш=sch щ=schtsch ъ= ы=y ь= э=e ю=ju я=ja"), _YE),
    "French": _by_table(
        _table(_RU.replace("у=u", "у=ou") + "е=e йе=ie ё=io ж=j й=ï х=kh ц=ts ч=tch ш=ch щ=chtch ъ= ы=y ь= э=e ю=iou я=ia"),
        _YE),
    "English press": _by_table(
        _table(_RU + "е=e йе=ye ё=e ж=zh й=y х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ий=y ый=y"), _YE),
    "Russian": str,
}  # fmt: skip

_HY = "ա=a դ=d զ=z ի=i լ=l հ=h մ=m յ=y ն=n ս=s վ=v ր=r ֆ=f "
_HY_START = ((r"^ե", "1"), (r"^ո(?!ւ)", "2"))
ARMENIAN: dict[str, Rule] = {
    "Hübschmann-Meillet": _by_table(_table(
        _HY + "բ=b գ=g ե=e է=ē ը=ə թ=tʻ ժ=ž խ=x ծ=c կ=k ձ=j ղ=ł ճ=č շ=š ո=o չ=čʻ պ=p ջ=ǰ ռ=ṙ տ=t ց=cʻ ու=u փ=pʻ ք=kʻ օ=ō")),
    "BGN/PCGN": _by_table(_table(
        _HY + "բ=b գ=g ե=e 1=ye է=e ը=y թ=t’ ժ=zh խ=kh ծ=ts կ=k ձ=dz ղ=gh ճ=ch շ=sh ո=o 2=vo չ=ch’ պ=p ջ=j ռ=rr տ=t ց=ts’ "
        "ու=u փ=p’ ք=k’ օ=o"), _HY_START),
    "ISO 9985": _by_table(_table(
        _HY + "բ=b գ=g ե=e է=ē ը=ë թ=t’ ժ=ž խ=x ծ=ç կ=k ձ=j ղ=ġ ճ=č̣ շ=š ո=o չ=č պ=p ջ=ǰ ռ=ṙ տ=t ց=c’ ու=u փ=p’ ք=k’ օ=ò")),
    "ALA-LC": _by_table(_table(
        _HY + "բ=b գ=g ե=e է=ē ը=ě թ=tʻ ժ=zh խ=kh ծ=ts կ=k ձ=dz ղ=gh ճ=ch շ=sh ո=o չ=chʻ պ=p ջ=j ռ=ṛ տ=t ց=tsʻ ու=u փ=pʻ ք=kʻ օ=ō")),
    "Armenian passport": _by_table(_table(
        _HY + "բ=b գ=g ե=e 1=ye է=e ը=y թ=t ժ=zh խ=kh ծ=ts կ=k ձ=dz ղ=gh ճ=ch շ=sh ո=o 2=vo չ=ch պ=p ջ=j ռ=r տ=t ց=ts ու=u փ=p "
        "ք=k օ=o"), _HY_START),
    "Western Armenian practice": _by_table(_table(
        _HY.replace("դ=d", "դ=t") + "բ=p գ=k ե=e 1=ye է=e ը=e թ=t ժ=j խ=kh ծ=dz կ=g ձ=ts ղ=gh ճ=j շ=sh ո=o 2=vo չ=ch պ=b ջ=ch "
        "ռ=r տ=d ց=ts ու=ou փ=p ք=k օ=o յան=ian"), _HY_START),
    "Russian press": _by_table(_table(
        "ա=а բ=б գ=г դ=д ե=е զ=з է=э ը=ы թ=т ժ=ж ի=и լ=л խ=х ծ=ц կ=к հ= ձ=дз ղ=г ճ=ч մ=м յ=й ն=н շ=ш ո=о 2=во չ=ч պ=п ջ=дж ռ=р ս=с "
        "վ=в տ=т ր=р ց=ц ու=у փ=п ք=к օ=о ֆ=ф յա=я յո=ё"), _HY_START[1:]),
    "classical spelling": lambda word: re.sub("յան$", "եան", word),
    "Armenian": str,
}  # fmt: skip

_AZ = "a=a b=b d=d e=e f=f g=g i=i k=k l=l m=m n=n o=o p=p r=r s=s t=t u=u v=v z=z "
AZERBAIJANI: dict[str, Rule] = {
    "Azerbaijani Cyrillic": _by_table(_table(
        "a=а b=б c=ҹ ç=ч d=д e=е ə=ә f=ф g=ҝ ğ=ғ h=һ x=х ı=ы i=и j=ж k=к q=г l=л m=м n=н o=о ö=ө p=п r=р s=с ş=ш t=т u=у ü=ү v=в y=ј z=з")),
    "Russian press": _by_table(_table(
        "a=а b=б c=дж ç=ч d=д e=е ə=а f=ф g=г ğ=г h=г x=х ı=ы i=и j=ж k=к q=к l=л m=м n=н o=о ö=о p=п r=р s=с ş=ш t=т u=у ü=у v=в y=й "
        "ye=е ya=я yev=ев z=з iy=и")),
    "English press": _by_table(_table(_AZ + "c=j ç=ch ə=a ğ=gh h=h x=kh ı=i j=zh q=g ö=o ş=sh ü=u y=y")),
    "without marks": _by_table(_table(_AZ + "c=c ç=c ə=a ğ=g h=h x=x ı=i j=j q=q ö=o ş=s ü=u y=y")),
    "German": _by_table(_table(_AZ.replace("v=v", "v=w") + "c=dsch ç=tsch ə=ä ğ=gh h=h x=ch ı=y j=sch q=g ö=ö ş=sch ü=ü y=j")),
    "Arabic script": _by_table(_table(
        "a=ا b=ب c=ج ç=چ d=د e=ئ ə= f=ف g=گ ğ=غ h=ه x=خ ı=ی i=ی j=ژ k=ک q=ق l=ل m=م n=ن o=و ö=ؤ p=پ r=ر s=س ş=ش t=ت u=و ü=و v=و y=ی z=ز")),
    "Azerbaijani": str,
}  # fmt: skip

_KA = "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z ი=i ლ=l მ=m ნ=n ო=o რ=r ს=s უ=u ჰ=h "
GEORGIAN: dict[str, Rule] = {
    "national": _by_table(_table(_KA + "თ=t კ=k’ პ=p’ ჟ=zh ტ=t’ ფ=p ქ=k ღ=gh ყ=q’ შ=sh ჩ=ch ც=ts ძ=dz წ=ts’ ჭ=ch’ ხ=kh ჯ=j")),
    "ISO 9984": _by_table(_table(_KA + "თ=t̕ კ=k პ=p ჟ=ž ტ=t ფ=p̕ ქ=k̕ ღ=ḡ ყ=q შ=š ჩ=č̕ ც=c̕ ძ=j წ=c ჭ=č ხ=x ჯ=ǰ")),
    "Russian press": _by_table(_table(
        "ა=а ბ=б გ=г დ=д ე=е ვ=в ზ=з ი=и ლ=л მ=м ნ=н ო=о რ=р ს=с უ=у ჰ=х თ=т კ=к პ=п ჟ=ж ტ=т ფ=п ქ=к ღ=г ყ=к შ=ш ჩ=ч ც=ц ძ=дз წ=ц ჭ=ч "
        "ხ=х ჯ=дж")),
    "Georgian": str,
}  # fmt: skip

_FA = "b=b p=p t=t d=d r=r z=z s=s f=f k=k g=g l=l m=m n=n v=v h=h y=y "
PERSIAN: dict[str, Rule] = {
    "Persian": _by_table(_table(
        "b=ب p=پ t=ت d=د r=ر z=ز s=س f=ف k=ک g=گ l=ل m=م n=ن v=و h=ه y=ی j=ج č=چ x=خ ž=ژ š=ش ġ=غ q=ق ā=ا ī=ی ū=و a= e= o="),
        ((r"^[aeo]", "ā"),)),
    "ALA-LC": _by_table(_table(_FA + "j=j č=ch x=kh ž=zh š=sh ġ=gh q=q ā=ā ī=ī ū=ū a=a e=i o=u")),
    "English press": _by_table(_table(_FA + "j=j č=ch x=kh ž=zh š=sh ġ=gh q=gh ā=a ī=i ū=ou a=a e=e o=o")),
    "English press, older": _by_table(_table(_FA + "j=j č=ch x=kh ž=zh š=sh ġ=gh q=q ā=aa ī=ee ū=oo a=a e=e o=o")),
    "German": _by_table(_table(_FA.replace("v=v", "v=w") + "j=dsch č=tsch x=ch ž=sch š=sch ġ=gh q=gh ā=a ī=i ū=u a=a e=e o=o")),
    "Russian press": _by_table(_table(
        "b=б p=п t=т d=д r=р z=з s=с f=ф k=к g=г l=л m=м n=н v=в h=х y=й j=дж č=ч x=х ž=ж š=ш ġ=г q=к ā=а ī=и ū=у a=а e=е o=о")),
}  # fmt: skip

RULES: dict[str, dict[str, Rule]] = {
    "ru": RUSSIAN,
    "hy": ARMENIAN,
    "az": AZERBAIJANI,
    "ka": GEORGIAN,
    "fa": PERSIAN,
}

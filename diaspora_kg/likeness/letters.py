"""Letter tables: how the scripts of our names are written in Latin letters.

They follow the BGN/PCGN romanizations where those exist, without their marks, and are the basis of the
comparison when ICU is not installed. What one letter leaves open (Armenian yiwn, Latin c) is settled by the
readings of `folding`.
"""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    """A table written as `letter=latin`, blanks between the pairs."""
    return {left: right for left, _, right in (pair.partition("=") for pair in text.split())}


CYRILLIC = _pairs(
    "а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh "
    "ц=ts ч=ch "
    "ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya є=ye і=i ї=yi ґ=g ў=w ј=y љ=ly њ=ny ћ=ch ђ=dj џ=j ѓ=g ќ=k ѕ=dz "
    "ә=a ғ=gh қ=k ң=ng ө=o ү=u ұ=u һ=h ҳ=h ҷ=j ҹ=j ҝ=g ӣ=i ӯ=u ҡ=k ҙ=z ҫ=s ӑ=a ӗ=e ӳ=u ѐ=e ѝ=i ӏ="
)
"""Russian, Ukrainian, Belarusian, South Slavic, Turkic and Tajik letters in one table."""

CYRILLIC_BY_LANGUAGE = {
    "az": _pairs("ҹ=j г=g ғ=gh ҝ=g ј=y ж=zh х=kh һ=h ө=o ү=u ә=a ы=i щ=sh"),
    "bg": _pairs("щ=sht ъ=a х=h"),
    "uk": _pairs("г=h и=y є=ye"),
    "be": _pairs("г=h"),
    "sr": _pairs("х=h ц=c ж=zh"),
    "mk": _pairs("х=h ц=c"),
}
"""Letters that one language reads in its own way."""

ARMENIAN = _pairs(
    "ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=e թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh "
    "ո=o "
    "չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f և=ev ՙ="
)

ARMENIAN_GROUPS = (("ու", "u"), ("իւ", "yu"), ("եա", "ya"), ("եւ", "ev"), ("էօ", "yo"), ("ոյ", "uy"))
"""Pairs of letters that are one sound; the second to the fifth are spellings of the classical orthography."""

GEORGIAN = _pairs(
    "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=k "
    "შ=sh "
    "ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h ჲ=y ჳ=v ჴ=kh ჱ=e ჵ=o"
)

ARABIC = _pairs(
    "ا=a آ=a أ=a إ=i ٱ=a ب=b پ=p ت=t ث=s ج=j چ=ch ح=h خ=kh د=d ذ=z ر=r ز=z ژ=zh س=s ش=sh ص=s ض=z ط=t "
    "ظ=z ع= غ=gh "
    "ف=f ق=gh ك=k ک=k گ=g ل=l م=m ن=n و=v ؤ=u ۆ=o ۇ=u ۋ=v ه=h ە=a ھ=h ة=a ى=a ی=y ي=y ئ=y ې=e ێ=e ٸ=i "
    "ء= ـ= ّ="
)
"""Arabic, Persian and South Azerbaijani letters. Short vowels are not written: consonants are compared."""

LATIN = _pairs(
    "ə=a ı=i ğ=gh ş=sh ç=ch ž=zh š=sh č=ch ć=ch đ=dj ð=d þ=th ł=l ß=ss æ=ae ø=o œ=oe ŋ=ng ħ=h ŝ=sh ŭ=u "
    "ŷ=y ĵ=j "
    "ʻ= ʼ= ’= ‘= ʹ= ʺ= ʿ= ʾ= ′= ″= '= ` = ´="
)
"""Latin letters that do not become ASCII by losing their mark."""

"""Language of a text: whether it is English, by a vote of its commonest words and its script.

The rules about words know English alone; in another language only those of time and
record hold.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ircon.text.prose import mask_markup

_WORD: Final = re.compile(r"[^\W\d_]+")
# Letters of other scripts: from Greek and Cyrillic to Chinese, Japanese and Korean.
_OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHARE: Final = 3  # one letter in three
_FEW: Final = 4  # words that must speak for another language
# Function words of one language alone; those that others share ("in", "die", "me") are left out.
_OF_ENGLISH: Final = (
    "the and of to is are was were be been with for from that this we our you your it its by "
    "not has have had will which when while after since some all they their but or at on as "
    "cannot can"
)
# German, Dutch, French, Spanish, Portuguese, Italian, the Nordic languages, Polish, Czech.
_OF_OTHERS: Final = (
    "der das und ist nicht den dem ein eine einer einen wir sie uns unser unsere mit von für "
    "auf bei wurde wurden waren wird werden durch nach seit kann können konnten haben sind "
    "auch oder uhr zur zum alle über noch het een niet zijn voor met op van door naar werd "
    "hebben onze wij bij ook le la les des du et est une dans pour avec sur nous vous notre "
    "nos votre par qui que ont été était sont ne pas aux ce cette depuis ces el los las del y "
    "es en un una con por para se nuestro nuestra nuestros hemos fue han al estamos desde os "
    "da em um uma com não foi nosso nossa são ao estão está il che di per non è sono della "
    "dei abbiamo nostro och att det som är vi på av inte har till og er ikke til jest nie się "
    "oraz przez że"
)
_ENGLISH: Final = frozenset(_OF_ENGLISH.split())
_OTHERS: Final = frozenset(_OF_OTHERS.split())


@lru_cache(maxsize=1024)
def is_english(text: str) -> bool:
    """Whether a text is English; one too short to tell counts as English."""
    plain = mask_markup(text)
    letters = sum(map(str.isalpha, plain))
    if letters and len(_OTHER_SCRIPT.findall(plain)) * _SHARE > letters:
        return False
    found = [word.lower() for word in _WORD.findall(plain)]
    others = sum(word in _OTHERS for word in found)
    return others < _FEW or others <= sum(word in _ENGLISH for word in found)

"""Which texts count as English."""

import pytest

from ircon.text.language import is_english


@pytest.mark.parametrize(
    "text",
    [
        "Die Bestellungen werden seit 10:00 Uhr nicht mit dem Lager abgeglichen.",
        "Les commandes ne sont pas envoyées depuis 10:00 et nous cherchons la cause.",
        "Los pedidos no llegan al almacén desde las 10:00 y estamos en ello con el proveedor.",
        "Os pedidos não chegam ao armazém e estamos em contato com o fornecedor.",
        "De bestellingen worden niet naar het magazijn gestuurd en wij zoeken de oorzaak met een leverancier.",
        "注文が倉庫に届いていません。原因を調べています。",
    ],
)
def test_another_language(text):
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Orders do not reach the warehouse since 10:00 UTC.",
        "Uploads fail.",
        "The cafés in São Paulo and El Paso, and the shop in Las Vegas, could not open.",
        "",
    ],
)
def test_english(text):
    assert is_english(text)

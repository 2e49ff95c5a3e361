"""The descriptor."""

from meshtui.base.credential import Kind
from meshtui.base.provider_names import ProviderRow
from meshtui.providers.base import Provider, Slot

ROW = ProviderRow("toy", "Toy AI", "tests.toy_provider", model="bear-1")
TOY_KEY = Kind("toy_key", "Toy key", "toy")
PROVIDER = Provider(
    id="toy", kinds=(TOY_KEY,), slots=(Slot("toy", ("TOY_API_KEY",)),), address_variables=("TOY_BASE_URL",)
)

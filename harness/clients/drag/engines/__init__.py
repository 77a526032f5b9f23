"""The drag engines that a card is looked at for, the most telling marks first."""

from harness.clients.drag.engines.dnd_kit_core import DND_KIT_CORE
from harness.clients.drag.engines.dnd_kit_dom import DND_KIT_DOM
from harness.clients.drag.engines.html5 import HTML5, PRAGMATIC
from harness.clients.drag.engines.pangea import PANGEA, REACT_BEAUTIFUL_DND
from harness.clients.drag.engines.sortable import SORTABLE

#: Native drag comes last: others carry a `draggable` attribute too.
ENGINES = (PANGEA, REACT_BEAUTIFUL_DND, DND_KIT_CORE, DND_KIT_DOM, SORTABLE, PRAGMATIC, HTML5)

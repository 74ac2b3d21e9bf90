"""``python -m ircon``: the command line."""

import sys

from ircon.commands.main import main

sys.exit(main())

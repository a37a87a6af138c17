"""Django's own command line, for those who look for it; `brobygger` does the same and starts the database first."""

import sys

from brobygger.web.cli import main

if __name__ == "__main__":
    sys.exit(main(["django", *sys.argv[1:]]))

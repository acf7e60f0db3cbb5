#!/bin/sh
# Collect every string of the product into the English catalogue and compile it. Needs GNU gettext.
# New strings come out empty, changed ones «fuzzy»: translate both by hand, then run this again.
set -eu
cd "$(dirname "$0")/../src/wenqu"
python="${PYTHON:-../../.venv/bin/python}"
catalogue=locale/en/LC_MESSAGES/django
DJANGO_SETTINGS_MODULE= "$python" -m django makemessages -l en --no-location --no-wrap --no-obsolete
# The catalogue changes when its strings do, not when the clock does.
sed -i -e 's/^"POT-Creation-Date: .*\\n"$/"POT-Creation-Date: \\n"/' "$catalogue.po"
msgfmt --check-format -o "$catalogue.mo" "$catalogue.po"
msgattrib --untranslated --no-wrap "$catalogue.po"
msgattrib --only-fuzzy --no-wrap "$catalogue.po"

"""Writes "OUTCOME CASE" lines from the XML that `python3 -m test --junit-xml` left: outcomes.py XML."""
import sys
import xml.etree.ElementTree

for case in xml.etree.ElementTree.parse(sys.argv[1]).iter('testcase'):
    parts = {part.tag for part in case} & {'error', 'failure', 'skipped'}
    print(*(sorted(parts) or ['ok'])[:1], case.get('name'))

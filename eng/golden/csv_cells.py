#!/usr/bin/env python3
"""How Python's csv module takes delimited text apart: what Takt's reader must agree with.
Writes tests/Takt.Data.Tests/Readers/Golden/csv-cells.json. Run from the repository's root: python3 eng/golden/csv_cells.py"""
import csv
import io
import json
import random

by_hand = [
    'a,b,c\n1,2,3\n', 'a,b,c\r\n1,2,3\r\n', 'a,b,c\r1,2,3\r', 'a,b\n1,2',
    '"a","b"\n"1","2"\n', '"a,b",c\n', '"say ""hi""",x\n', '"""",x\n', '"""""",x\n', '"",x\n', 'x,""\n', 'x,\n', ',x\n', ',,\n',
    '"line 1\nline 2",x\n', '"line 1\r\nline 2",x\r\n', '"a\n\n\nb","c\n"\nd,e\n', '"\n",\n', 'a,"b\n"',
    'x,5" pipe,y\n', 'x,5"" pipe,y\n', "it's,\"it's\"\n", '"ä","日本語","🏭"\n', 'ä,日本語,🏭\n', '"Ω; µ",x\n',
]
by_hand_semicolon = ['a;b\n1,5;2,5\n', '"a;b";c\n', '"a"";""b";c\n']

random.seed(20200102)
pieces = ['a', 'b', '1', '.', ',', ';', '"', '""', '\n', '\r\n', ' ', 'é', '漢', "'", '\t', 'Text']


def drawn():
    return [[''.join(random.choices(pieces, k=random.randint(0, 6))) for _ in range(random.randint(1, 5))] for _ in range(random.randint(1, 5))]


cases = [(',', text) for text in by_hand] + [(';', text) for text in by_hand_semicolon]
for i in range(150):
    rows, delimiter = drawn(), random.choice(',;|\t')
    out = io.StringIO(newline='')
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=random.choice(['\n', '\r\n'])).writerows(rows)
    cases.append((delimiter, out.getvalue()))
for i in range(150):
    rows, delimiter = drawn(), random.choice(',;|')
    rows = [[cell.strip() for cell in row] for row in rows]   # unquoted cells are trimmed by Takt, and by design
    out = io.StringIO(newline='')
    csv.writer(out, delimiter=delimiter, lineterminator='\n').writerows(rows)
    cases.append((delimiter, out.getvalue()))

golden = [{'delimiter': d, 'text': t, 'records': [r for r in csv.reader(io.StringIO(t, newline=''), delimiter=d) if r]} for d, t in cases]
with open('tests/Takt.Data.Tests/Readers/Golden/csv-cells.json', 'w', encoding='utf-8', newline='\n') as file:
    file.write('[\n' + ',\n'.join(json.dumps(case, ensure_ascii=True) for case in golden) + '\n]\n')

#!/usr/bin/env python3
"""The README shows what the program prints.

Every console block of README.md whose command begins with build/assay is run
with the program under test, in the source root, and must print just that;
build/demo, where `make demo` writes, is a temporary directory.
The program is $ASSAY, the source root $ASSAY_SOURCE."""
import os
import re
import shlex
import subprocess
import sys
import tempfile

assay = os.environ['ASSAY']
root = os.environ['ASSAY_SOURCE']
with open(os.path.join(root, 'README.md'), encoding='utf-8') as f:
    text = f.read()
blocks = re.findall(r'```console\n\$ (build/assay [^\n]*)\n(.*?)```', text,
                    re.DOTALL)
failed = not blocks
with open(os.path.join(root, 'Makefile'), encoding='utf-8') as f:
    makefile = f.read()
with tempfile.TemporaryDirectory() as demo:
    for number, (command, want) in enumerate(blocks, 1):
        arguments = [a.replace('build/demo', demo)
                     for a in shlex.split(command)[1:]]
        got = subprocess.run([assay] + arguments, cwd=root,
                             capture_output=True, text=True, timeout=60,
                             check=False).stdout
        same = got == want and '\t' + command + '\n' in makefile
        failed = failed or not same
        print('%sok %d - %s prints what the README shows' %
              ('' if same else 'not ', number, command))
        if not same:
            print('# got:\n' + re.sub('^', '# ', got, flags=re.MULTILINE))
print('1..%d' % len(blocks))
sys.exit(failed)

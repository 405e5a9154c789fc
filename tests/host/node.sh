#!/bin/sh
# node closes with syscall(SYS_close), some of them on worker threads; sharp never closes its source.
. "${0%/*}/lib.sh"
need node jq
gif ball in.gif

both sync "node -e \"const fs = require('fs'); fs.writeFileSync('out.gif', fs.readFileSync('in.gif'))\""
verdicts 1
verdict out.gif in.gif only unknown true

both async "node -e \"const fs = require('fs').promises; fs.readFile('in.gif').then(b => fs.writeFile('out.gif', b))\""
verdicts 1
verdict out.gif in.gif only unknown true

both cut "node -e \"const fs = require('fs'); fs.writeFileSync('out.gif', fs.readFileSync('in.gif').subarray(0, 5000))\""
caught out.gif file_integrity

modules=$BUILD/tests/sharp/node_modules
[ -d "$modules/sharp" ] || { skip sharp "npm could not install it"; exit 0; }
sharp() { printf 'NODE_PATH=%s node -e "require(%ssharp%s)(%s).toFile(%sout.gif%s)"' "$modules" "'" "'" "$1" "'" "'"; }

both sharp "$(sharp "'in.gif', {animated: true}")"
verdicts 1
verdict out.gif in.gif only unknown true

# Real loss: without animated one frame of many is kept.
both sharp_first_only "$(sharp "'in.gif'")"
caught out.gif frame_count

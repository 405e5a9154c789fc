#!/bin/sh
# The package's whole life in a Debian of its own: installed, at work, upgraded under a running
# program, removed, purged. DEB: where make deb has put it. MIRROR: where Debian comes from, instead
# of its usual mirror.
. "${0%/*}/../operate/lib.sh"
DEB=${DEB:-$BUILD/deb}
case $DEB in /*) ;; *) DEB=$TOP/$DEB ;; esac
NAME=package
changes=$(find "$DEB" -maxdepth 1 -name 'gifvet_*.changes')
package=$(find "$DEB" -maxdepth 1 -name 'gifvet_*.deb')
if [ ! -f "$changes" ] || [ ! -f "$package" ]; then
    not_ok package "make deb has not been run"
    exit 0
fi

if command -v lintian >/dev/null; then
    lintian --no-cfg --allow-root --tag-display-limit 0 --fail-on error,warning "$changes" >"$WORK/out" 2>&1
    is_clean=$?
    if [ "$is_clean" = 0 ] && ! grep -q '^[EW]:' "$WORK/out"; then ok "lintian has neither errors nor warnings"; else not_ok lintian "$(cat "$WORK/out")"; fi
else
    skip lintian "lintian is not installed"
fi
left=$(cd "$TOP" && git status --porcelain --ignored debian 2>/dev/null | grep '^!!')
if [ -z "$left" ]; then ok "make deb leaves nothing in debian/"; else not_ok "left in debian/" "$left"; fi

if [ "$(id -u)" != 0 ]; then
    skip chroot "making one takes root"
    exit 0
fi
need mmdebstrap
. /etc/os-release
# Kept: the packages of a minimal Debian change seldom, and the test starts from its copy.
base=$BUILD/package-chroot.tar
if [ ! -f "$base" ]; then
    needs=$(dpkg-deb -f "$package" Depends | sed 's/([^)]*)//g; s/ //g')
    # shellcheck disable=SC2086 # MIRROR is one word or none
    mmdebstrap --quiet --variant=minbase --include="gifsicle,$needs" "$VERSION_CODENAME" "$base.part" ${MIRROR:-} >"$WORK/err" 2>&1 || {
        skip chroot "Debian's packages could not be fetched (MIRROR=URL takes another mirror): $(tail -n 1 "$WORK/err")"
        exit 0
    }
    mv "$base.part" "$base"
fi
root=$WORK/root
mkdir "$root" && tar -xf "$base" -C "$root" || exit 2

# The next version: the same, but for its number, and a name in the records by which the new object is known.
mkdir "$WORK/next" "$root/test" && dpkg-deb -R "$package" "$WORK/next" || exit 2
sed -i 's/^Version: .*/&+next/' "$WORK/next/DEBIAN/control"
sed -i 's/elapsed_us/elapsed_US/g' "$WORK"/next/usr/lib/*/libgifvet.so
dpkg-deb --root-owner-group -b "$WORK/next" "$root/test/next.deb" >/dev/null || exit 2
cp "$package" "$root/test/first.deb"
cp tests/package/life "$root/test"
gif ball in.gif && cp "$FIXTURES/in.gif" "$root/test"
# Processes and mounts of its own: the package's scripts look at all processes, and nothing outlives this.
# shellcheck disable=SC2016 # for the inner shell
env -i PATH="$PATH" unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh /test/life' life "$root" 2>&1
is_done=$?
[ "$is_done" = 0 ] || not_ok life "exit status $is_done"

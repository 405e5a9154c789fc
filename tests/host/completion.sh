#!/bin/sh
# Each shell completes every command, every option that its help shows, and files where files belong.
. "${0%/*}/../operate/lib.sh"
for shell in bash zsh fish; do
    NAME=$shell
    is "completion_$shell" 0 "$GIFVET" completion "$shell"
    cp "$WORK/out" "$WORK/$shell"
done
is completion_usage 2 "$GIFVET" completion ksh
one_line
is completion_none 2 "$GIFVET" completion
commands=$("$GIFVET" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
options=$(for c in $commands; do "$GIFVET" "$c" --help | sed -nE "s/^  (-[a-z], )?(--[a-z-]+).*/$c \2/p"; done)

cat >"$WORK/ask.bash" <<'END'
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
_gifvet
printf '%s\n' "${COMPREPLY[@]}"
END
# A stand-in for zsh's own functions, which ask a terminal: the same facts, one a line.
cat >"$WORK/ask.zsh" <<'END'
_arguments() { print -rl -- "$@" | sed -E "s/^(\(.*\))?\*?//; s/^\{//; s/\[.*//"; }
_describe() { print -rl -- "${(@P)@[-1]}" | sed 's/:.*//'; }
file=$1
shift
words=("$@") CURRENT=$#
. $file
END
ask() {
    shell=$1
    shift
    case $shell in
        bash) bash --norc "$WORK/ask.bash" "$WORK/bash" "$@" ;;
        zsh) zsh -f "$WORK/ask.zsh" "$WORK/zsh" "$@" ;;
        fish) HOME=$WORK fish --no-config -c "source '$WORK/fish'; complete -C '$*'" | cut -f 1 ;;
    esac
}
# "COMMAND OPTION" for every command. One fish for all: it takes long to start.
every() {
    case $1 in
        fish) HOME=$WORK fish --no-config -c "source '$WORK/fish'
            for c in $(echo "$commands" | tr "\n" " "); complete -C \"gifvet \$c --\" | cut -f 1 | sed \"s/^/\$c /\"; end" ;;
        *) for c in $commands; do ask "$1" gifvet "$c" -- | sed "s/^/$c /"; done ;;
    esac
}
# Is each of the lines in what is offered?
offered() { # NAME LINES
    lacks=$(echo "$2" | grep -vxF -f "$WORK/offered" | tr '\n' ' ')
    if [ -n "$2" ] && [ -z "$lacks" ]; then ok "$1"; else not_ok "$1" "not offered: $lacks"; fi
}

cd "$FIXTURES" && mkdir sub && : >in.gif || exit 2
for shell in bash zsh fish; do
    NAME=$shell
    command -v "$shell" >/dev/null || {
        skip "completion of $shell" "$shell is not installed"
        continue
    }
    if "$shell" -n "$WORK/$shell" 2>"$WORK/err"; then ok "$shell reads its script"; else not_ok "$shell" "$(cat "$WORK/err")"; fi
    ask "$shell" gifvet '' >"$WORK/offered"
    offered "$shell: every command" "$commands"
    every "$shell" >"$WORK/offered"
    offered "$shell: every option of every command" "$options"
done

ask bash gifvet config '' >"$WORK/offered"
offered "bash: the words of config" "$(printf '%s\n' check show defaults checkpoint list diff rollback install)"
ask bash gifvet reset '' >"$WORK/offered"
offered "bash: the words of reset" "$(printf '%s\n' performance evidence)"
ask bash gifvet check i >"$WORK/offered"
offered "bash: a file" in.gif
ask bash gifvet check --pictures '' >"$WORK/offered"
if [ "$(cat "$WORK/offered")" = sub ]; then ok "bash: a directory where a directory belongs"; else not_ok directory "$(cat "$WORK/offered")"; fi
ask bash gifvet run --set sampling.p >"$WORK/offered"
offered "bash: a setting" sampling.percentage=
ask bash gifvet run --set a.b=c -c in.gif xarg >"$WORK/offered"
offered "bash: a program after options with values" xargs
ask bash gifvet check --ratio '' >"$WORK/offered"
if [ -z "$(tr -d '\n' <"$WORK/offered")" ]; then ok "bash: nothing where nothing can be known"; else not_ok ratio "$(cat "$WORK/offered")"; fi
if command -v fish >/dev/null; then
    ask fish gifvet config '' >"$WORK/offered"
    offered "fish: the words of config" "$(printf '%s\n' check show rollback)"
    ask fish gifvet check i >"$WORK/offered"
    offered "fish: a file" in.gif
fi

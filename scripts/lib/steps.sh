# What the scripts share: saying what is done, doing it, and asking the distribution for a package. Sourced.

# Some container images set it; each of the many processes here would compile all its modules anew, for 3 s.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() { say "$*"; exit 2; }

step() { # step WHAT COMMAND...: says that it begins, then as `timed`
    say "$1 ..."
    timed "$@"
}

timed() { # timed WHAT COMMAND...: runs it quietly; says its seconds, after a failure with its output
    local what="$1" started=$SECONDS log code
    log="$(mktemp)"
    "${@:2}" >"$log" 2>&1 </dev/null && code=0 || code=$?
    if [ "$code" = 0 ]; then
        say "$what: done in $((SECONDS - started)) s"
    else
        tail -n 60 "$log" >&2
        say "$what: FAILED (exit $code) after $((SECONDS - started)) s: ${*:2}"
    fi
    rm -f "$log"
    [ "$code" = 0 ] || return 2
}

stamp() { # stamp NAME: what was noted; stamp NAME VALUE: note it
    if [ $# = 1 ]; then cat ".venv/.setup-$1" 2>/dev/null || true; else printf '%s' "$2" >".venv/.setup-$1"; fi
}

find_python() { # the first Python that is new enough; the one in use stays in use
    local candidate
    for candidate in ${PYTHON:-.venv/bin/python python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

can_apt_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() { # apt_install PACKAGE...: as root; otherwise says what to run
    can_apt_install || fail "this machine lacks: $*. Run: sudo apt-get install $*"
    # An old list may do, so that one unreachable source is no reason to give up.
    step "package lists" apt-get update || true
    step "packages $*" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

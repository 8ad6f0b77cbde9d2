# shellcheck shell=bash
# scripts/vm --list.
list_lanes() {
	:
}

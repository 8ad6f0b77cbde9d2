# SPDX-License-Identifier: GPL-2.0-only
#
# For fish. The tool knows its words and asks the module for names; this only hands
# the line over and the answer back.

function __iommu_mock_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for answer in (command $words[1] --describe $words[2..-1] "$current" 2>/dev/null)
        switch $answer
            case :files
                # Of --option=FILE only what follows the equals sign is a file.
                set -l before (string match -r '^--[a-z-]+=' -- $current)
                string replace -r -- '^' "$before" (__fish_complete_path (string replace -- "$before" '' "$current"))
            case :dirs
                set -l before (string match -r '^--[a-z-]+=' -- $current)
                string replace -r -- '^' "$before" (__fish_complete_directories (string replace -- "$before" '' "$current") '')
            case '*'
                echo $answer
        end
    end
end
complete -c iommu-mock -f -a '(__iommu_mock_complete)'

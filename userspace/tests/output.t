#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# list and show as text, raw and JSON, on a recorded tree.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

prints "instance list" instance list <<'EOT'
NAME  DRIVER FORMAT IAS OAS POLICY      ERRNO                MISBEHAVE                DEVICES DOMAINS
smmu0 mock   arm-4k  48  48 compatible  EINVAL               none                           2       1
smmu1 mock   arm-4k  39  48 driver,ias  EINVAL,format=ENODEV unhook-first,log-refusal       2       0
dmar0 vtd    vtd-4l  48  52 same-driver EINVAL               none                           1       1
EOT
prints "driver list" driver list <<'EOT'
NAME DEFAULT  INSTANCES
mock identity         2
vtd  identity         1
EOT
prints "group list" group list <<'EOT'
NAME ID DEVICES   OWNER  DOMAIN
dev0  4 dev0      caller dom0
dev1  5 dev1             identity
g1    6 nic0,nic1 caller dom0
dev2  7 dev2             d3
EOT
prints "device list" device list <<'EOT'
NAME INSTANCE GROUP DEV          DOMAIN   DRIVER
dev0 smmu0    dev0  iommu-mock.0 dom0     
dev1 smmu0    dev1  iommu-mock.1 identity iommu-mock-client
nic0 smmu1    g1    iommu-mock.2 dom0     
nic1 smmu1    g1    iommu-mock.3 dom0     
dev2 dmar0    dev2  iommu-mock.4 d3       vfio-platform
EOT
prints "domain list" domain list <<'EOT'
NAME  DRIVER INSTANCE MAKER   COMM       FORMAT FRESH DEVICES        MAPPED TABLES
dom0  mock   smmu0    caller  iommu-mock arm-4k 0     dev0,nic0,nic1   2.1M    16K
d3    vtd    dmar0    foreign CPU_0/KVM  vtd-4l 0     dev2               1G     8K
spare mock            caller  iommu-mock arm-4k 1                        0B     4K
EOT
prints "buffer list" buffer list <<'EOT'
NAME SIZE MAPS
buf0   2M    1
buf1  64K    1
odd  1.5M    0
EOT
prints "fault list" fault list <<'EOT'
INSTANCE POINT  ERRNO  NTH PROBABILITY TIMES FILTER DEVICE SEEN HITS
smmu0    attach ENOMEM   0         100 1     any              3    1
smmu0    map    0        2          50 -1    any              7    0
EOT
prints "fault list of an instance that has none" fault list smmu1 </dev/null
prints "show is a tree" show <<'EOT'
NAME       KIND     DOMAIN   DEVICES        DRIVER            POLICY      OWNER         SIZE
mock       driver                                                                       
|-smmu0    instance                                           compatible                
| |-dev0   group    dom0                                                  caller        
| | `-dev0 device   dom0                                                                
| `-dev1   group    identity                                                            
|   `-dev1 device   identity                iommu-mock-client                           
|-smmu1    instance                                           driver,ias                
| `-g1     group    dom0                                                  caller        
|   |-nic0 device   dom0                                                                
|   `-nic1 device   dom0                                                                
|-dom0     domain            dev0,nic0,nic1                               caller        2.1M
`-spare    domain                                                         caller          0B
vtd        driver                                                                       
|-dmar0    instance                                           same-driver               
| `-dev2   group    d3                                                                  
|   `-dev2 device   d3                      vfio-platform                               
`-d3       domain            dev2                                         977:CPU_0/KVM   1G
buf0       buffer                                                                         2M
buf1       buffer                                                                        64K
odd        buffer                                                                       1.5M
EOT
LC_ALL=C.UTF-8 prints "show draws lines where the terminal can" show -n -o name <<'EOT'
mock
├─smmu0
│ ├─dev0
│ │ └─dev0
│ └─dev1
│   └─dev1
├─smmu1
│ └─g1
│   ├─nic0
│   └─nic1
├─dom0
└─spare
vtd
├─dmar0
│ └─dev2
│   └─dev2
└─d3
buf0
buf1
odd
EOT

prints "instance show has the files of the instance, too" instance show smmu1 -o NAME,POLICY,ALLOWED,DENIED,REFUSED,LOST <<'EOT'
NAME    smmu1
POLICY  driver,ias
ALLOWED 
DENIED  smmu0
REFUSED 2
LOST    1
EOT
prints "and the counters of the data path" instance show smmu0 \
	-o iotlb,inv_range,inv_domain,inv_all,dmas,dma_faults,hits,misses,evictions,stale,walks,iotlb_used <<'EOT'
IOTLB      256
INV_RANGE  3
INV_DOMAIN 1
INV_ALL    0
DMAS       7
DMA_FAULTS 2
HITS       90
MISSES     11
EVICTIONS  4
STALE      1
WALKS      13
IOTLB_USED 5
EOT
prints "instance list with the IOTLBs" instance list -o name,iotlb <<'EOT'
NAME  IOTLB
smmu0   256
smmu1    16
dmar0     0
EOT
prints "show of two objects" buffer show odd buf0 <<'EOT'
NAME odd
SIZE 1.5M
MAPS 0
     
NAME buf0
SIZE 2M
MAPS 1
EOT
prints_json "show of two as JSON is a list" buffer show odd buf0 --json <<'EOT'
{
  "buffers": [
    {
      "name": "odd",
      "size": 1540096,
      "maps": 0
    },
    {
      "name": "buf0",
      "size": 2097152,
      "maps": 1
    }
  ]
}
EOT
mock buffer show odd nobuffer
is "$status" 1 "show of one that is and one that is not fails"
like "$out" '^NAME odd' "and shows the one that is"

prints "--bytes" buffer list --bytes -o name,size <<'EOT'
NAME    SIZE
buf0 2097152
buf1   65536
odd  1540096
EOT
prints "--raw --noheadings" domain list -rn -o name,instance,devices,mapped <<'EOT'
dom0 smmu0 dev0,nic0,nic1 2.1M
d3 dmar0 dev2 1G
spare - - 0B
EOT
prints "--raw of one object: each line has two words" instance show smmu1 -r -o name,allowed,denied <<'EOT'
NAME smmu1
ALLOWED -
DENIED smmu0
EOT
prints "-o takes any case and any order, each column once" buffer list -o MAPS,name,maps <<'EOT'
MAPS NAME
   1 buf0
   1 buf1
   0 odd
EOT
prints "-o +COLUMN adds to the default" device show dev1 -r -o +bus <<'EOT'
NAME dev1
INSTANCE smmu0
GROUP dev1
DEV iommu-mock.1
DOMAIN identity
DRIVER iommu-mock-client
BUS platform
EOT
prints_json "JSON: types go by the column; none is null or an empty list" \
	domain list --json -o name,pid,made-for,fresh,devices,mapped <<'EOT'
{
  "domains": [
    {
      "name": "dom0",
      "pid": 812,
      "made_for": "dev0",
      "fresh": false,
      "devices": [
        "dev0",
        "nic0",
        "nic1"
      ],
      "mapped": 2162688
    },
    {
      "name": "d3",
      "pid": 977,
      "made_for": "dev2",
      "fresh": false,
      "devices": [
        "dev2"
      ],
      "mapped": 1073741824
    },
    {
      "name": "spare",
      "pid": 812,
      "made_for": null,
      "fresh": true,
      "devices": [],
      "mapped": 0
    }
  ]
}
EOT
mock show --json
is "$(json '$j->{objects}[0]{children}[0]{children}[1]{children}[0]{name}' <<<"$out")" dev1 \
	"JSON: a tree's branches are in children"
is "$(json 'sub walk { map { ($_->{kind} eq "device" ? $_->{name} : (), walk($_->{children})) } @{$_[0] || []} }
	join ",", walk($j->{objects})' <<<"$out")" \
	dev0,dev1,nic0,nic1,dev2 "JSON: every device is in it once"
prints "domain mappings" domain mappings dom0 <<'EOT'
      IOVA SIZE       PHYS PROT PAGE
  0x100000   2M 0x40000000 rw     2M
0x10000000  64K 0x40300000 r      4K
EOT
mock domain mappings dom0 --json -o iova,size
is "$(json '$j->{mappings}[1]' <<<"$out")" '{"iova":"0x10000000","size":65536}' \
	"JSON: addresses are strings, sizes numbers"
prints "domain tables" domain tables dom0 <<'EOT'
LEVEL PAGE TABLES BYTES USED LEAVES
    3 512G      1    4K    1      0
    2   1G      1    4K    1      0
    1   2M      1    4K    2      1
    0   4K      1    4K   16     16
EOT
is "$(mock instance list --json && json 'join " ", map { scalar @{$_->{misbehave}} } @{$j->{instances}}' <<<"$out")" \
	"0 2 0" "JSON: of no misbehaviours, the list is empty"
echo none >"$knobs/journal_events"
is "$(mock status --json && json '$j->{status}[0]{recorded}' <<<"$out")" "[]" "the list of recorded events is empty in JSON, too"
echo all >"$knobs/journal_events"
sed -i 's/ pgsizes=[^ ]*/ pgsizes=-/' "$knobs/state"
is "$(mock domain list --json -o PGSIZES && json '$j->{domains}[0]' <<<"$out")" '{"pgsizes":[]}' \
	"JSON: a list that is - is empty"
tree shared
prints "domain tables of a domain that has none" domain tables spare </dev/null
mock domain tables d3 --json
is "$(json '$j->{tables}[1]' <<<"$out")" '{"bytes":4096,"leaves":1,"level":2,"page":1073741824,"tables":1,"used":1}' \
	"JSON: sizes in bytes"
prints "status" status <<EOT
LOADED           1
TOOL             $tool_version
VERSION          0.1.0
ABI              9
BUILT_FOR        0.0.0-recorded
RUNNING          0.0.0-recorded
FAMILY           static_domains
MULTI_DRIVER     1
FACTS            attach_old=0,domain_alloc_paging=1
INSTANCES        3
DEVICES          5
GROUPS           4
DOMAINS          3
BUFFERS          3
TABLE_BYTES      28K
TABLE_BYTES_HELD 28K
JOURNAL_ENTRIES  14
JOURNAL_LOST     0
RECORDED         all
EOT
prints "--list-columns" buffer list --list-columns -r -n <<'EOT'
NAME text 1 the\x20buffer's\x20name
SIZE size 1 its\x20size
MAPS number 1 how\x20often\x20it\x20is\x20mapped
EOT

tree empty
prints "an empty list prints nothing" instance list </dev/null
prints "an empty tree prints nothing" show </dev/null
prints_json "an empty list as JSON is a list" instance list --json <<'EOT'
{
  "instances": []
}
EOT

prints_json "status as JSON" status --json -o loaded,instances,facts <<'EOT'
{"status": [{"loaded": true, "instances": 0, "facts": ["attach_old=0", "domain_alloc_paging=1"]}]}
EOT
run sh -c '"$1" help >/dev/full' sh "$tool"
is "$status" 1 "a full standard output is a failure"
like "$err" 'cannot write to standard output: No space left' "and a sentence reports it"
run sh -c '"$1" --sysroot "$2" buffer list >/dev/full' sh "$tool" "$here/trees/shared"
is "$status" 1 "also for a table"
is "$err" "iommu-mock: buffer list: cannot write to standard output: No space left on device" \
	"and the command reports it, and the batch stops there"
done_testing

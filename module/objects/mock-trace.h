/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints iommu_mock:*, for perf, trace-cmd and bpftrace. They trace the
 * events of the journal, and every map and unmap, with the journal's words.
 *
 * Names are arrays of fixed size, since the arguments of __string() have
 * changed over time.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM iommu_mock

#if !defined(MOCK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MOCK_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "journal.h"
#include "words.h"

TRACE_EVENT(mock_probe,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->probe.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->probe.device, MOCK_NAME_LEN);
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s device=%s ret=%d",
		  __entry->instance, __entry->device, __entry->ret)
);

TRACE_EVENT(mock_release,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->release.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->release.device, MOCK_NAME_LEN);
	),
	TP_printk("instance=%s device=%s",
		  __entry->instance, __entry->device)
);

TRACE_EVENT(mock_alloc,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, parent, MOCK_NAME_LEN)
		__field(bool, pasids)
		__array(char, reason, MOCK_NAME_LEN)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->domain, rec->alloc.domain, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->alloc.device, MOCK_NAME_LEN);
		memcpy(__entry->instance, rec->alloc.instance, MOCK_NAME_LEN);
		memcpy(__entry->parent, rec->alloc.parent, MOCK_NAME_LEN);
		__entry->pasids = rec->alloc.pasids;
		strscpy(__entry->reason, rec->alloc.parent[0] ?
			mock_reason_name(rec->alloc.why) : "", MOCK_NAME_LEN);
		__entry->ret = rec->ret;
	),
	TP_printk("domain=%s device=%s instance=%s parent=%s pasids=%d reason=%s ret=%d",
		  __entry->domain, __entry->device, __entry->instance,
		  __entry->parent, __entry->pasids, __entry->reason,
		  __entry->ret)
);

TRACE_EVENT(mock_free,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, domain, MOCK_NAME_LEN)
		__field(u32, attached)
	),
	TP_fast_assign(
		memcpy(__entry->domain, rec->free.domain, MOCK_NAME_LEN);
		__entry->attached = rec->free.attached;
	),
	TP_printk("domain=%s attached=%u",
		  __entry->domain, __entry->attached)
);

TRACE_EVENT(mock_call,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, op, MOCK_NAME_LEN)
		__array(char, object, MOCK_NAME_LEN)
		__array(char, arg, MOCK_NAME_LEN)
		__field(u32, pasid)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->op, rec->call.op, MOCK_NAME_LEN);
		memcpy(__entry->object, rec->call.object, MOCK_NAME_LEN);
		memcpy(__entry->arg, rec->call.arg, MOCK_NAME_LEN);
		__entry->pasid = rec->call.pasid;
		__entry->ret = rec->ret;
	),
	TP_printk("op=%s object=%s arg=%s pasid=%u ret=%d", __entry->op,
		  __entry->object, __entry->arg, __entry->pasid, __entry->ret)
);

TRACE_EVENT(mock_attach,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, old, MOCK_NAME_LEN)
		__field(u32, pasid)
		__field(bool, fresh)
		__array(char, reason, MOCK_NAME_LEN)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->attach.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->attach.device, MOCK_NAME_LEN);
		memcpy(__entry->domain, rec->attach.domain, MOCK_NAME_LEN);
		memcpy(__entry->old, rec->attach.old, MOCK_NAME_LEN);
		__entry->pasid = rec->attach.pasid;
		__entry->fresh = rec->attach.fresh;
		strscpy(__entry->reason, mock_reason_name(rec->attach.why),
			MOCK_NAME_LEN);
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s device=%s pasid=%u domain=%s old=%s fresh=%d reason=%s ret=%d",
		  __entry->instance, __entry->device, __entry->pasid,
		  __entry->domain, __entry->old, __entry->fresh, __entry->reason, __entry->ret)
);

TRACE_EVENT(mock_map,
	TP_PROTO(const char *domain, u64 iova, u64 phys, u64 size, u64 done,
		 u32 prot, int ret),
	TP_ARGS(domain, iova, phys, size, done, prot, ret),
	TP_STRUCT__entry(
		__array(char, domain, MOCK_NAME_LEN)
		__field(u64, iova)
		__field(u64, phys)
		__field(u64, size)
		__field(u64, done)
		__field(u32, prot)
		__field(int, ret)
	),
	TP_fast_assign(
		strscpy(__entry->domain, domain, MOCK_NAME_LEN);
		__entry->iova = iova;
		__entry->phys = phys;
		__entry->size = size;
		__entry->done = done;
		__entry->prot = prot;
		__entry->ret = ret;
	),
	TP_printk("domain=%s iova=0x%llx phys=0x%llx size=0x%llx done=0x%llx prot=0x%x ret=%d",
		  __entry->domain, __entry->iova, __entry->phys, __entry->size,
		  __entry->done, __entry->prot, __entry->ret)
);

TRACE_EVENT(mock_unmap,
	TP_PROTO(const char *domain, u64 iova, u64 size, u64 done),
	TP_ARGS(domain, iova, size, done),
	TP_STRUCT__entry(
		__array(char, domain, MOCK_NAME_LEN)
		__field(u64, iova)
		__field(u64, size)
		__field(u64, done)
	),
	TP_fast_assign(
		strscpy(__entry->domain, domain, MOCK_NAME_LEN);
		__entry->iova = iova;
		__entry->size = size;
		__entry->done = done;
	),
	TP_printk("domain=%s iova=0x%llx size=0x%llx done=0x%llx",
		  __entry->domain, __entry->iova, __entry->size,
		  __entry->done)
);

TRACE_EVENT(mock_invalidate,
	TP_PROTO(const char *instance, const char *domain, unsigned int scope,
		 u64 iova, u64 size, bool lost),
	TP_ARGS(instance, domain, scope, iova, size, lost),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, scope, MOCK_NAME_LEN)
		__field(u64, iova)
		__field(u64, size)
		__field(bool, lost)
	),
	TP_fast_assign(
		strscpy(__entry->instance, instance, MOCK_NAME_LEN);
		strscpy(__entry->domain, domain, MOCK_NAME_LEN);
		strscpy(__entry->scope, mock_scope_words[scope],
			MOCK_NAME_LEN);
		__entry->iova = iova;
		__entry->size = size;
		__entry->lost = lost;
	),
	TP_printk("instance=%s domain=%s scope=%s iova=0x%llx size=0x%llx lost=%d",
		  __entry->instance, __entry->domain, __entry->scope,
		  __entry->iova, __entry->size, __entry->lost)
);

TRACE_EVENT(mock_dma,
	TP_PROTO(const struct mock_record *rec, const char *reason),
	TP_ARGS(rec, reason),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, op, MOCK_NAME_LEN)
		__array(char, reason, MOCK_NAME_LEN)
		__field(u32, pasid)
		__field(u64, iova)
		__field(u64, size)
		__field(u64, done)
		__field(u64, at)
		__field(u32, access)
		__field(u64, since)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->dma.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->dma.device, MOCK_NAME_LEN);
		memcpy(__entry->domain, rec->dma.domain, MOCK_NAME_LEN);
		strscpy(__entry->op, mock_dma_op_words[rec->dma.op],
			MOCK_NAME_LEN);
		strscpy(__entry->reason, reason, MOCK_NAME_LEN);
		__entry->pasid = rec->dma.pasid;
		__entry->iova = rec->dma.iova;
		__entry->size = rec->dma.size;
		__entry->done = rec->dma.done;
		__entry->at = rec->dma.at;
		__entry->access = rec->dma.access;
		__entry->since = rec->dma.since;
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s device=%s pasid=%u domain=%s op=%s iova=0x%llx size=0x%llx done=0x%llx access=%s at=0x%llx reason=%s since=%llu ret=%d",
		  __entry->instance, __entry->device, __entry->pasid,
		  __entry->domain, __entry->op, __entry->iova, __entry->size, __entry->done,
		  __print_symbolic(__entry->access, { 0, "-" }, { 1, "r" },
				   { 2, "w" }),
		  __entry->at, __entry->reason, __entry->since,
		  __entry->ret)
);

TRACE_EVENT(mock_fault,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, point, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, domain, MOCK_NAME_LEN)
		__field(u32, delay_us)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->fault.instance, MOCK_NAME_LEN);
		strscpy(__entry->point, mock_fault_words[rec->fault.point],
			MOCK_NAME_LEN);
		memcpy(__entry->device, rec->fault.device, MOCK_NAME_LEN);
		memcpy(__entry->domain, rec->fault.domain, MOCK_NAME_LEN);
		__entry->delay_us = rec->fault.delay_us;
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s point=%s device=%s domain=%s delay_us=%u ret=%d",
		  __entry->instance, __entry->point, __entry->device,
		  __entry->domain, __entry->delay_us, __entry->ret)
);

TRACE_EVENT(mock_irq,
	TP_PROTO(const struct mock_record *rec, const char *reason),
	TP_ARGS(rec, reason),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, reason, MOCK_NAME_LEN)
		__field(u32, vector)
		__field(bool, delivered)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->irq.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->irq.device, MOCK_NAME_LEN);
		strscpy(__entry->reason, reason, MOCK_NAME_LEN);
		__entry->vector = rec->irq.vector;
		__entry->delivered = rec->irq.why == MOCK_IRQ_FINE;
	),
	TP_printk("instance=%s device=%s vector=%u delivered=%d reason=%s",
		  __entry->instance, __entry->device, __entry->vector,
		  __entry->delivered, __entry->reason)
);

TRACE_EVENT(mock_viommu,
	TP_PROTO(const struct mock_record *rec),
	TP_ARGS(rec),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, parent, MOCK_NAME_LEN)
		__array(char, op, MOCK_NAME_LEN)
		__array(char, reason, MOCK_NAME_LEN)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->viommu.instance, MOCK_NAME_LEN);
		memcpy(__entry->parent, rec->viommu.parent, MOCK_NAME_LEN);
		strscpy(__entry->op, rec->viommu.gone ? "destroy" : "create",
			MOCK_NAME_LEN);
		strscpy(__entry->reason, mock_reason_name(rec->viommu.why),
			MOCK_NAME_LEN);
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s parent=%s op=%s reason=%s ret=%d",
		  __entry->instance, __entry->parent, __entry->op,
		  __entry->reason, __entry->ret)
);

TRACE_EVENT(mock_dirty,
	TP_PROTO(const struct mock_record *rec, const char *op),
	TP_ARGS(rec, op),
	TP_STRUCT__entry(
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, op, MOCK_NAME_LEN)
		__field(u64, iova)
		__field(u64, size)
		__field(u64, dirty)
		__field(u64, since)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->domain, rec->dirty.domain, MOCK_NAME_LEN);
		strscpy(__entry->op, op, MOCK_NAME_LEN);
		__entry->iova = rec->dirty.iova;
		__entry->size = rec->dirty.size;
		__entry->dirty = rec->dirty.dirty;
		__entry->since = rec->dirty.since;
		__entry->ret = rec->ret;
	),
	TP_printk("domain=%s op=%s iova=0x%llx size=0x%llx dirty=0x%llx since=%llu ret=%d",
		  __entry->domain, __entry->op, __entry->iova, __entry->size,
		  __entry->dirty, __entry->since, __entry->ret)
);

TRACE_EVENT(mock_request,
	TP_PROTO(const struct mock_record *rec, const char *access),
	TP_ARGS(rec, access),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, domain, MOCK_NAME_LEN)
		__array(char, access, MOCK_NAME_LEN)
		__field(u32, pasid)
		__field(u32, group)
		__field(u64, iova)
		__field(bool, last)
		__field(int, ret)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->request.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->request.device, MOCK_NAME_LEN);
		memcpy(__entry->domain, rec->request.domain, MOCK_NAME_LEN);
		strscpy(__entry->access, access, MOCK_NAME_LEN);
		__entry->pasid = rec->request.pasid;
		__entry->group = rec->request.group;
		__entry->iova = rec->request.iova;
		__entry->last = rec->request.last;
		__entry->ret = rec->ret;
	),
	TP_printk("instance=%s device=%s pasid=%u domain=%s group=%u iova=0x%llx access=%s last=%d ret=%d",
		  __entry->instance, __entry->device, __entry->pasid,
		  __entry->domain, __entry->group, __entry->iova,
		  __entry->access, __entry->last, __entry->ret)
);

TRACE_EVENT(mock_response,
	TP_PROTO(const struct mock_record *rec, const char *code),
	TP_ARGS(rec, code),
	TP_STRUCT__entry(
		__array(char, instance, MOCK_NAME_LEN)
		__array(char, device, MOCK_NAME_LEN)
		__array(char, code, MOCK_NAME_LEN)
		__field(u32, pasid)
		__field(u32, group)
		__field(bool, known)
		__field(bool, lost)
	),
	TP_fast_assign(
		memcpy(__entry->instance, rec->response.instance, MOCK_NAME_LEN);
		memcpy(__entry->device, rec->response.device, MOCK_NAME_LEN);
		strscpy(__entry->code, code, MOCK_NAME_LEN);
		__entry->pasid = rec->response.pasid;
		__entry->group = rec->response.group;
		__entry->known = rec->response.known;
		__entry->lost = rec->response.lost;
	),
	TP_printk("instance=%s device=%s pasid=%u group=%u code=%s known=%d lost=%d",
		  __entry->instance, __entry->device, __entry->pasid,
		  __entry->group, __entry->code, __entry->known, __entry->lost)
);

#endif /* MOCK_TRACE_H */

/* Kbuild's -I lets the compiler find it. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE mock-trace
#include <trace/define_trace.h>

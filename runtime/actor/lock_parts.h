/* lock_parts.h: what the three files of the debug lock share: lock.c (entries, and the hop between
 * origin and root), lock_root.c (queue, grant, recovery), lock_own.c (this actor's own requests
 * and its prompt). */
#ifndef RUNTIME_ACTOR_LOCK_PARTS_H
#define RUNTIME_ACTOR_LOCK_PARTS_H

#include "runtime/actor/parts.h"

struct core_entry *entry_find(struct core *c, uint16_t origin, uint32_t request);
struct core_entry *entry_of(struct core *c, uint16_t origin);
void entry_remove(struct core *c, struct core_entry *e);
struct frame lock_frame(enum frame_type type, uint16_t origin, uint32_t request);

void root_enqueue(struct step *s, const struct core_entry *e);
void root_released(struct step *s, uint16_t origin, uint32_t request);
void root_lost(struct step *s, uint16_t origin, uint32_t request);
void root_told(struct step *s, enum cancel_mode mode); /* what a release says beside */
void root_looked(struct step *s, const struct core_event *e);
bool root_grant(struct step *s);
bool root_refuse(struct step *s);

void own_grant(struct step *s, uint32_t request);
void own_denied(struct step *s, const struct frame *f);
void own_request(struct step *s);
bool own_refuse(struct step *s);

#endif

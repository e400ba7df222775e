/* Shared by linkage_a.c and linkage_b.c: types declared here and completed in one of them. */
#ifndef LINKAGE_H
#define LINKAGE_H

struct opaque;
extern struct opaque *shared_opaque;
extern int shared_table[];
extern const char shared_name[];
int read_opaque(const struct opaque *o);
int count_b(void);

#endif

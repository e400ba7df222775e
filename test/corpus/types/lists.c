/* Types that refer to themselves and to each other: list, tree, cycle, pointer to pointer to array. */
#include <stddef.h>
#include "corpus.h"

struct node {
  int key;
  struct node *left, *right;
  struct owner *owner;
};

struct owner {
  const char *name;
  struct node *root;
  struct node **slots;
  struct node *(*table)[2];
};

static struct node nodes[5];
static struct node *pairs[3][2] = {{&nodes[0], &nodes[1]}, {&nodes[2]}};
struct owner owner = {"owner", &nodes[0], pairs[0], pairs};

KEEP static void link_nodes(struct node *n, int count) {
  for (int i = 0; i < count; i++) {
    n[i].key = i * 11;
    n[i].left = 2 * i + 1 < count ? &n[2 * i + 1] : NULL;
    n[i].right = 2 * i + 2 < count ? &n[2 * i + 2] : NULL;
    n[i].owner = &owner;
  }
  n[count - 1].right = n; /* a cycle: a viewer must not follow it for ever */
}

KEEP static int depth(const struct node *n, int limit) {
  if (!n || limit == 0) return 0;
  const int left = depth(n->left, limit - 1);
  const int right = depth(n->right, limit - 1);
  return 1 + (left > right ? left : right);
}

void theme_lists(void) {
  link_nodes(nodes, 5);
  sink = depth(owner.root, source + 1) + owner.table[1][0]->key;
}

/* Factorial and search tree; see numbers.h. */
#include "numbers.h"
#include <stddef.h>

enum { NODE_COUNT = 12 };

static node_t nodes[NODE_COUNT];
static unsigned used_nodes;
node_t *tree;

uint32_t factorial(uint32_t n) {
  if (n <= 1) return 1;
  const uint32_t smaller = factorial(n - 1);
  return n * smaller;
}

static node_t *new_node(int key) {
  if (used_nodes == NODE_COUNT) return NULL;
  node_t *node = &nodes[used_nodes++];
  node->key = key;
  return node;
}

void tree_insert(node_t **root, int key) {
  if (*root == NULL) {
    *root = new_node(key);
    return;
  }
  tree_insert(key < (*root)->key ? &(*root)->left : &(*root)->right, key);
}

int tree_depth(const node_t *root) {
  if (root == NULL) return 0;
  const int left = tree_depth(root->left);
  const int right = tree_depth(root->right);
  return 1 + (left > right ? left : right);
}

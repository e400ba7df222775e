/* Recursion to step into: the factorial, and a search tree. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdint.h>

typedef struct node {
  int key;
  struct node *left, *right;
} node_t;

extern node_t *tree;

uint32_t factorial(uint32_t n);
void tree_insert(node_t **root, int key);
int tree_depth(const node_t *root);

#endif

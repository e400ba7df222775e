#ifdef __cplusplus
extern "C" {
#endif
void work(void);
int leaf(int a, int b);
int work_classes(int round);
extern volatile int sink;
/** Where a handler can be stopped. */
void served(int number);
#ifdef __cplusplus
}
#endif

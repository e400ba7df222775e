// C beside the C++ units: its names have no scopes, and its types are written with their keyword.
struct pair {
  short low;
  short high;
};

enum mode { MODE_OFF, MODE_ON };

volatile struct pair range = {1, 2};
static volatile enum mode mode = MODE_ON;

__attribute__((noinline)) int spread(const volatile struct pair *of) { return of->high - of->low; }

int check(void) { return mode == MODE_ON ? spread(&range) : 0; }

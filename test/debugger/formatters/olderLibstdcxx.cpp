// Objects laid out as libstdc++ of GCC 8 lays them out, where that differs from newer releases. Constants, so that a debugger can
// read them from the program file.
namespace std {

template <class T> struct _Optional_payload {
  struct _Empty_byte {};
  union {
    _Empty_byte _M_empty;
    T _M_payload;
  };
  bool _M_engaged;
  constexpr _Optional_payload() : _M_empty(), _M_engaged(false) {}
  constexpr _Optional_payload(T value) : _M_payload(value), _M_engaged(true) {}
};
template <class T> struct _Optional_base {
  _Optional_payload<T> _M_payload;
};
template <class T> struct optional : _Optional_base<T> {};

template <class First, class Second> union _Variadic_union {
  unsigned char _M_storage[sizeof(First) > sizeof(Second) ? sizeof(First) : sizeof(Second)];
};
template <class... Types> struct _Variant_storage {
  alignas(4) _Variadic_union<Types...> _M_u;
  unsigned _M_index;
};
template <class... Types> struct variant : _Variant_storage<Types...> {};

template <unsigned Index, class Head, bool IsEmpty> struct _Head_base {
  Head _M_head_impl;
};
template <unsigned Index, class Head> struct _Head_base<Index, Head, true> : Head {};
template <unsigned Index, class... Rest> struct _Tuple_impl {};
template <unsigned Index, class Head, class... Rest>
struct _Tuple_impl<Index, Head, Rest...> : _Tuple_impl<Index + 1, Rest...>, _Head_base<Index, Head, __is_empty(Head)> {};
template <class... Elements> struct tuple : _Tuple_impl<0, Elements...> {};

template <class T> struct default_delete {};
template <class T, class Deleter> struct __uniq_ptr_impl {
  tuple<T *, Deleter> _M_t;
};
template <class T, class Deleter = default_delete<T>> struct unique_ptr {
  __uniq_ptr_impl<T, Deleter> _M_t;
};

}  // namespace std

struct Number {
  int value;
};
extern const std::optional<int> none, five;
const std::optional<int> none = {{{}}};
const std::optional<int> five = {{{5}}};

extern const std::variant<char, int> second, valueless;
const std::variant<char, int> second = {{{{7, 0, 0, 0}}, 1}};
const std::variant<char, int> valueless = {{{{0, 0, 0, 0}}, ~0u}};

Number pointed = {9};
extern const std::unique_ptr<Number> owner, nobody;
const std::unique_ptr<Number> owner = {{{{{{}, {}}, {&pointed}}}}};
const std::unique_ptr<Number> nobody = {{{{{{}, {}}, {nullptr}}}}};

extern "C" void _start() {}

// The shapes' static member; see shapes.hpp.
#include "shapes.hpp"

int shapes::Numbered::made_ = 0;

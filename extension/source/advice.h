// What to do about errors whose messages are withheld.
#pragma once

namespace confiture {

// What an error of this SQLSTATE means for rows that are copied, and what helps, in a sentence or two; "" where its
// class says nothing. Fits errors of the source and of the target.
const char *advice_for(int sqlstate);

}  // namespace confiture

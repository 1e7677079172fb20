// Brings a connection that stays open back to where a statement can begin.
#pragma once

#include "source/source.h"

namespace confiture {

// Is it there, and no statement in work?
bool is_idle(const Source *source);

// Did the source go away during a pause?
bool is_gone(Source *source);

// Sends what ends the transaction. Never waits: the answer is read by finish_end() when the connection is used next.
bool send_end(Source *source);

// Reads the answer to what ended the last transaction. False: the source is gone or slow, or something else came.
bool finish_end(Source *source);

// Reads and drops what a cancelled statement still sends. False: it does not end in time.
bool drain(Source *source);

}  // namespace confiture

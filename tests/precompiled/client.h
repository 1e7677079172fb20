// What most of the client includes from outside, compiled once (tests/client.mk).
#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

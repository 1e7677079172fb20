#include "mask/keys.h"

#include <memory>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "mask/error.h"

namespace confiture::mask {

namespace {

constexpr size_t smallest_masking_key = 32;

struct KdfDeleter {
  void operator()(EVP_KDF *p) const { EVP_KDF_free(p); }
  void operator()(EVP_KDF_CTX *p) const { EVP_KDF_CTX_free(p); }
};

}  // namespace

Subkey derive_subkey(std::string_view masking_key, std::string_view strategy, std::string_view domain) {
  if (masking_key.size() < smallest_masking_key) fail(Code::internal, "the masking key is shorter than 32 bytes");

  std::string info = "confiture/v1/";
  info.append(strategy).append("/").append(domain);

  std::unique_ptr<EVP_KDF, KdfDeleter> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  std::unique_ptr<EVP_KDF_CTX, KdfDeleter> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  char digest[] = "SHA256";
  // OSSL_PARAM wants non-const pointers but only reads through them.
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char *>(masking_key.data()), masking_key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end(),
  };
  Subkey key;
  if (!context || EVP_KDF_derive(context.get(), key.data(), key.size(), parameters) != 1)
    fail(Code::internal, "OpenSSL could not derive a key (HKDF-SHA-256)");
  return key;
}

}  // namespace confiture::mask

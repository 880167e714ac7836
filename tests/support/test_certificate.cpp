// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace chancery::support {
namespace {

template <typename Thing>
using Owned = std::unique_ptr<Thing, void (*)(Thing*)>;

void require(bool good) {
  if (!good) throw std::runtime_error("cannot make a test certificate");
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
std::unique_ptr<std::FILE, CloseFile> open_for_writing(const std::string& path) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "w"));
  require(file != nullptr);
  return file;
}

void add_name(X509* certificate, const std::string& name) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
  require(X509_set_issuer_name(certificate, subject) == 1);
  const std::string value = "DNS:" + name;
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, value.c_str()),
      &X509_EXTENSION_free);
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

runtime::TlsFiles write_certificate(const std::string& folder, const std::string& name) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Owned<X509> certificate(X509_new(), &X509_free);
  require(key != nullptr && certificate != nullptr);
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  require(X509_set_pubkey(certificate.get(), key.get()) == 1);
  add_name(certificate.get(), name);
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  runtime::TlsFiles files{.certificate_chain = folder + "/certificate.pem",
                          .private_key = folder + "/key.pem"};
  require(PEM_write_X509(open_for_writing(files.certificate_chain).get(), certificate.get()) == 1);
  require(PEM_write_PrivateKey(open_for_writing(files.private_key).get(), key.get(), nullptr,
                               nullptr, 0, nullptr, nullptr) == 1);
  return files;
}

}  // namespace chancery::support

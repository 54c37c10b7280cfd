// SPDX-License-Identifier: MPL-2.0

// Package acceptance_test tests the product as a whole: examples, guides, documentation, mistakes of users, faults and
// load.
package acceptance_test

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m) }

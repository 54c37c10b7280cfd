// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m) }

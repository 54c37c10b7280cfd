// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	// neighborPrefix starts the IDs of the models of a neighbor.
	neighborPrefix = "neighbor-"
	neighborAgent  = "neighbor"

	neighborURL = "FIREWORKS_TEST_NEIGHBOR_URL"
	neighborKey = "FIREWORKS_TEST_NEIGHBOR_KEY"
)

// isOfNeighbor reports whether a neighbor sent the request, which is no request of the test.
func isOfNeighbor(r *http.Request) bool { return r.UserAgent() == neighborAgent }

// neighborModel is the name of the nth model that a neighbor promotes.
func neighborModel(n int) fireworks.ModelName {
	return fireworks.ModelName{AccountID: "demo", ModelID: fmt.Sprint(neighborPrefix, n)}
}

// Promotions returns how many promotions the test has started.
func (p *Platform) Promotions() int {
	for {
		all, ofNeighbor := p.Server.Promotions(), 0
		for p.PromotionsOf(neighborModel(ofNeighbor).String()) > 0 {
			ofNeighbor++
		}

		if all == p.Server.Promotions() {
			return all - ofNeighbor
		}
	}
}

// startNeighbor starts a process that uses the account of the test as another user would, until the test ends. It does
// so for tests with a CLI if FIREWORKS_TEST_NEIGHBOR is 1.
func startNeighbor(t testing.TB, url, key string) {
	t.Helper()

	if os.Getenv("FIREWORKS_TEST_NEIGHBOR") != "1" || !strings.HasPrefix(t.Name(), "TestAcc") {
		return
	}

	// Main runs the neighbor. A test program without it runs no test.
	neighbor := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^$")

	neighbor.Env = append(os.Environ(), neighborURL+"="+url, neighborKey+"="+key)

	if err := neighbor.Start(); err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		_ = neighbor.Process.Kill()
		_ = neighbor.Wait()
	})
}

// runNeighbor lists, reads and promotes under names of its own until the process is killed. What the platform refuses
// is no concern of a neighbor.
func runNeighbor(url, key string) {
	client := fireworks.New(fireworks.Config{
		APIKey: key, BaseURL: url, UserAgent: neighborAgent, RequestTimeout: time.Minute,
	})
	ctx := context.Background()
	checkpoint, _ := fireworks.ParseCheckpointName(FullCheckpoint)

	for promoted := 0; ; time.Sleep(20 * time.Millisecond) {
		promotion := fireworks.PromotionRequest{
			Checkpoint: checkpoint, OutputModelID: neighborModel(promoted).ModelID, BaseModel: QwenBase,
		}

		_, _ = client.ListModels(ctx, checkpoint.AccountID)
		_, _ = client.ListCheckpoints(ctx, checkpoint.Parent(), 0)

		if _, err := client.Promote(ctx, promotion); err == nil {
			promoted++
		}

		_, _ = client.GetModel(ctx, promotion.OutputModel())
	}
}

//go:build unix

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccPlan_OneIDTwice has two resources with one ID, one of which exists: the error is the same in every run.
func TestAccPlan_OneIDTwice(t *testing.T) {
	t.Parallel()

	chat, model, lora := shapedBlock(""), modelBlock(fullCheckpoint, "m", ""), loraBlock("")

	for name, test := range map[string]struct {
		runs           int
		configurations [2]string
		want           string
	}{
		"deployment":     {20, [2]string{chat, renamed(chat, "chat", "other")}, summaryDeploymentExists},
		"promoted model": {6, [2]string{model, renamed(model, "model", "other")}, summaryModelExists},
		"deployed model": {6, [2]string{lora, renamed(lora, "lora", "other")}, summaryModelAlreadyLoaded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			prepare := func(t *testing.T, directory string, latency time.Duration) *workspace {
				p := newPlatform(t, mockapi.Options{Latency: latency})
				w := p.newWorkspace(t, directory, test.configurations[0])
				w.expectExit(0, applyCommand...)
				w.write("other.tf", test.configurations[1])

				return w
			}

			got := samePlanEveryRun(t, test.runs, prepare)
			assertEqual(t, "outcome", got, planOutcome{ExitCode: 1, Summaries: []string{"error: " + test.want}})
		})
	}
}

// renamed is a block with another label.
func renamed(block, from, to string) string {
	return strings.Replace(block, `"`+from+`" {`, `"`+to+`" {`, 1)
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	modelConfig = `provider "fireworks" {}

resource "fireworks_promoted_model" "bench" {
  count           = %d
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = "%s-${count.index}"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
`
	longestRealPromotion = 10 * time.Second
)

// overshootLimit is how much later than its operation a promotion may end, in seconds.
func overshootLimit(promotion time.Duration) float64 { return 0.5 + 0.1*promotion.Seconds() }

// measurePromotions applies promotions of each length side by side: most of the time they wait.
func (b *bench) measurePromotions(ctx context.Context) ([]row, error) {
	benchmarks, err := b.benchmarked(ctx)
	if err != nil {
		return nil, err
	}

	lengths := []time.Duration{time.Second, 3 * time.Second, 8 * time.Second, 30 * time.Second}

	late := make([]samples, len(lengths))
	for i := range b.runs {
		errs := make([]error, len(lengths))

		var group sync.WaitGroup

		for j, length := range lengths {
			if length > longestRealPromotion {
				continue
			}

			group.Go(func() {
				var seconds float64

				seconds, errs[j] = b.promote(ctx, length, fmt.Sprintf("promotion-%s-%d", length, i))
				late[j] = append(late[j], seconds)
			})
		}

		group.Wait()

		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
	}

	var rows []row

	for j, length := range lengths {
		virtual, err := benchmarks.of("PromotionOvershoot/"+length.String(), "late-ms/op", 1000)
		if err != nil {
			return nil, err
		}

		if len(late[j]) > 0 {
			rows = append(
				rows,
				row{
					figure: fmt.Sprintf("apply ends after a promotion of %s", length),
					ours:   more.show(late[j]),
				}.judged(
					seconds,
					late[j],
					overshootLimit(length),
				),
			)
		}

		rows = append(
			rows,
			row{
				figure: fmt.Sprintf("– in virtual time, a promotion of %s", length),
				ours:   more.show(virtual),
			}.judged(
				seconds,
				virtual,
				overshootLimit(length),
			),
		)
	}

	return rows, nil
}

// promote applies one promotion and returns how many seconds after the end of its operation the CLI had ended.
func (b *bench) promote(ctx context.Context, length time.Duration, name string) (float64, error) {
	mock, err := startMock(ctx, mockapi.Options{PromotionTime: length})
	if err != nil {
		return 0, err
	}
	defer mock.close()

	var (
		mu    sync.Mutex
		asked time.Time
	)

	mock.OnRequest(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ":promote") {
			mu.Lock()
			defer mu.Unlock()

			asked = time.Now()
		}
	})

	w, err := b.workspace(name, ours, filepath.Dir(b.binary(ours)), mock.url, fmt.Sprintf(modelConfig, 1, "bench"))
	if err != nil {
		return 0, err
	}

	if _, _, err := w.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color"); err != nil {
		return 0, err
	}

	mu.Lock()
	defer mu.Unlock()

	return time.Since(asked.Add(length)).Seconds(), nil
}

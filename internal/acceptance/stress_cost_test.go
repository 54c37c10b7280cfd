// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// terraformParallelism is how many resources Terraform reads and plans at a time.
	terraformParallelism = 10
	// maxConnections is what one process of the provider may open to the API.
	maxConnections = 12
)

// inParallel calls f for every number below n, as many at a time as Terraform does.
func inParallel(n int, f func(i int)) {
	var group sync.WaitGroup

	numbers := make(chan int)

	for range terraformParallelism {
		group.Go(func() {
			for i := range numbers {
				f(i)
			}
		})
	}

	for i := range n {
		numbers <- i
	}

	close(numbers)
	group.Wait()
}

// connections counts the connections on which requests came.
func connections(p *providertest.Platform) int {
	seen := map[string]bool{}
	for _, request := range p.Requests() {
		seen[request.RemoteAddr] = true
	}

	return len(seen)
}

// costSubject is a resource whose requests are counted.
type costSubject struct {
	typeName string
	config   func(id string) providertest.Values
	// read is the request of a refresh.
	read string
	// plan are the requests of a plan that creates n resources, creation those that create them after the plan in the
	// process of the apply.
	plan, creation func(n int) requestCounts
}

// create returns the requests of the process that applies a plan for n resources, and plans once more.
func (s costSubject) create(n int) requestCounts { return s.plan(n).plus(s.creation(n)) }

// destroy returns the requests of a process that destroys n resources.
func (s costSubject) destroy(n int) requestCounts {
	return requestCounts{s.read: n, http.MethodDelete + strings.TrimPrefix(s.read, http.MethodGet): n}
}

// requestCounts are the numbers of requests by method and path.
type requestCounts map[string]int

// plus returns the sum of both.
func (c requestCounts) plus(more requestCounts) requestCounts {
	sum := maps.Clone(c)
	for kind, n := range more {
		sum[kind] += n
	}

	return sum
}

var countedIDs = regexp.MustCompile(`(accounts/demo/(?:models|deployments|deployedModels|routers|operations))/[^/]+$`)

// countRequests returns the requests since the last reset; an ID of the account is shown as *,
// and a listing counts once, however many pages it has.
func countRequests(p *providertest.Platform) requestCounts {
	counts := requestCounts{}

	for _, r := range p.Requests() {
		if r.Query.Has("pageToken") {
			continue
		}

		kind := r.Method + " " + countedIDs.ReplaceAllString(r.Path, "$1/*")
		if r.Query.Get("validateOnly") == "true" {
			kind += " (dry run)"
		}

		counts[kind]++
	}

	return counts
}

// assertCounts compares the requests since the last reset, and checks the connections that they used.
func assertCounts(p *providertest.Platform, t *testing.T, what string, want requestCounts) {
	t.Helper()

	if diff := cmp.Diff(want, countRequests(p)); diff != "" {
		t.Errorf("%s: requests (-want +got):\n%s", what, diff)
	}

	if n := connections(p); n > maxConnections {
		t.Errorf("%s: %d connections, want at most %d", what, n, maxConnections)
	}

	p.ResetRequests()
}

const (
	countedModel         = "GET /v1/accounts/demo/models/*"
	countedDeployedModel = "GET /v1/accounts/demo/deployedModels/*"
	countedLoadedModels  = "GET /v1/accounts/demo/deployedModels"
	countedBaseModel     = "GET /v1/accounts/fireworks/models/qwen3-8b"
	countedCheckpoints   = "GET /v1/" + providertest.SftJob + "/checkpoints"
	countedAccounts      = "GET /v1/accounts"
	countedDeployment    = "GET /v1/accounts/demo/deployments/*"
	countedShape         = "GET /v1/accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions"
	countedDeployments   = "GET /v1/accounts/demo/deployments"
	countedRouter        = "GET /v1/accounts/demo/routers/*"
	countedDryRun        = "POST /v1/accounts/demo/deployments (dry run)"
)

func costSubjects() []costSubject {
	return []costSubject{promotedModelCost(), deploymentCost(), deployedModelCost(), routerCost()}
}

func promotedModelCost() costSubject {
	return costSubject{
		typeName: providerdata.PromotedModelType,
		config:   providertest.ModelConfig,
		read:     countedModel,
		plan: func(n int) requestCounts {
			return requestCounts{countedModel: n, countedBaseModel: 1, countedCheckpoints: 1}
		},
		// The promotion, its operation and the model.
		creation: func(n int) requestCounts {
			return requestCounts{
				"POST /v1/accounts/demo/checkpoints/step-200-5e6f7a8b:promote": n,
				"GET /v1/accounts/demo/operations/*":                           n,
				countedModel:                                                   n,
			}
		},
	}
}

func deploymentCost() costSubject {
	return costSubject{
		typeName: providerdata.DeploymentType,
		config: func(id string) providertest.Values {
			return providertest.DeploymentConfig(providertest.Values{"deployment_id": id})
		},
		read: countedDeployment,
		plan: func(n int) requestCounts {
			return requestCounts{countedDeployment: n, countedDryRun: n, countedBaseModel: 1, countedShape: 1,
				countedAccounts: 1}
		},
		// Whether the ID is free, the creation, and the deployment.
		creation: func(n int) requestCounts {
			return requestCounts{"POST /v1/accounts/demo/deployments": n, countedDeployment: 2 * n}
		},
	}
}

func deployedModelCost() costSubject {
	model := func(id string) string { return providertest.DemoModels + "lora-" + strings.TrimPrefix(id, "m-") }

	return costSubject{
		typeName: providerdata.DeployedModelType,
		config: func(id string) providertest.Values {
			return providertest.LoraConfig(providertest.Values{"model": model(id)})
		},
		read: countedDeployedModel,
		plan: func(n int) requestCounts {
			return requestCounts{countedModel: n, countedDeployment: 1, countedLoadedModels: 1}
		},
		// Whether the model is loaded, the loading, and the deployed model.
		creation: func(n int) requestCounts {
			return requestCounts{"POST /v1/accounts/demo/deployedModels": n, countedLoadedModels: n,
				countedDeployedModel: n}
		},
	}
}

func routerCost() costSubject {
	return costSubject{
		typeName: providerdata.RouterType,
		config: func(id string) providertest.Values {
			return providertest.RouterConfig(providertest.Values{"router_id": id})
		},
		read: countedRouter,
		plan: func(n int) requestCounts {
			return requestCounts{countedRouter: n, countedDeployments: 1, countedAccounts: 1}
		},
		// Whether the ID is free, the creation, and the router.
		creation: func(n int) requestCounts {
			return requestCounts{"POST /v1/accounts/demo/routers": n, countedRouter: 2 * n}
		},
	}
}

// costPlatform is a platform whose quotas suffice for the deployments of a cost test.
func costPlatform(t *testing.T) *providertest.Platform {
	t.Helper()

	p := providertest.NewPlatform(t, mockapi.Options{})
	for _, accelerators := range []string{"b200", "h100", "h200"} {
		p.SetQuota("accounts/demo/quotas/global--"+accelerators+"-count", 100_000)
	}

	p.SetQuota("accounts/demo/quotas/deployed-model-count", 100_000)
	p.SetRouterTime(0)
	p.PutLoRAs(200)

	return p
}

// forEachCost runs f for every resource and number of resources.
func forEachCost(t *testing.T, f func(t *testing.T, subject costSubject, n int)) {
	t.Helper()

	// make matrix runs all sizes.
	sizes := []int{1, 50}
	if providertest.Acceptance() && !raceEnabled {
		sizes = append(sizes, 200)
	}

	for _, subject := range costSubjects() {
		for _, n := range sizes {
			t.Run(fmt.Sprintf("%s/%d", subject.typeName, n), func(t *testing.T) {
				t.Parallel()
				f(t, subject, n)
			})
		}
	}
}

// New resources cost a few requests each, and what they have in common is requested once per process. A plan of
// resources that exist costs one request for each.
func TestApplyRequests(t *testing.T) {
	t.Parallel()

	forEachCost(t, func(t *testing.T, subject costSubject, n int) {
		p := costPlatform(t)
		ids, plans, created := make([]string, n), make([]providertest.Planned, n), make([]providertest.Stored, n)

		process := p.Protocol(t)

		inParallel(n, func(i int) {
			ids[i] = fmt.Sprintf("m-%d", i)
			if plans[i] = process.Plan(t.Context(), subject.typeName, providertest.Stored{},
				subject.config(ids[i])); len(plans[i].Diagnostics) > 0 {
				t.Errorf("%s: %s", ids[i], plans[i].Diagnostics)
			}
		})
		assertCounts(p, t, "plan", subject.plan(n))

		process = p.Protocol(t)

		inParallel(n, func(i int) {
			config := subject.config(ids[i])
			plan := process.Plan(t.Context(), subject.typeName, providertest.Stored{}, config)
			result := process.Apply(t.Context(), subject.typeName, providertest.Stored{}, plan, config)
			created[i] = result.Stored

			if len(result.Diagnostics) > 0 {
				t.Errorf("%s: %s", ids[i], result.Diagnostics)
			}
		})
		assertCounts(p, t, "apply", subject.create(n))

		process = p.Protocol(t)

		inParallel(n, func(i int) {
			read := process.Read(t.Context(), subject.typeName, created[i])
			plan := process.Plan(t.Context(), subject.typeName, read.Stored, subject.config(ids[i]))

			if len(read.Diagnostics)+len(plan.Diagnostics) > 0 || !providertest.Equal(plan.State, created[i].State) {
				t.Errorf("%s: %s%s, planned %v of %v", ids[i], read.Diagnostics, plan.Diagnostics, plan.State,
					created[i].State)
			}
		})
		assertCounts(p, t, "plan of what exists", requestCounts{subject.read: n})

		process = p.Protocol(t)

		inParallel(n, func(i int) {
			plan := process.Plan(t.Context(), subject.typeName, created[i], nil)
			if result := process.Apply(t.Context(), subject.typeName, created[i], plan,
				nil); len(result.Diagnostics) > 0 {
				t.Errorf("%s: %s", ids[i], result.Diagnostics)
			}
		})
		assertCounts(p, t, "destroy", subject.destroy(n))
	})
}

// Data sources that read the same shape share one search, also one after the other; each of the others reads for
// itself, because what it reads may have changed.
func TestDataSourceRequests_Equal(t *testing.T) {
	t.Parallel()

	const sources = 20

	shapes := "POST /v1/accounts/demo/deploymentShapeVersions:match"

	for _, c := range []struct {
		typeName string
		config   providertest.Values
		want     requestCounts
	}{
		{
			"fireworks_training_shape", providertest.Values{"base_model": providertest.QwenBase},
			requestCounts{"GET /v1/accounts/-/trainingShapes/-/versions": 1},
		},
		{
			"fireworks_deployment_shape", providertest.Values{"base_model": providertest.QwenBase},
			requestCounts{shapes: 1, countedAccounts: 1},
		},
		{
			"fireworks_deployment", providertest.Values{"deployment_id": "qwen3-ready"},
			requestCounts{countedDeployment: sources, countedAccounts: 1},
		},
		{
			"fireworks_model", providertest.Values{"name": providertest.QwenBase},
			requestCounts{countedBaseModel: sources},
		},
		{
			"fireworks_quotas", providertest.Values{},
			requestCounts{"GET /v1/accounts/demo/quotas": sources, countedAccounts: 1},
		},
		{
			"fireworks_models", providertest.Values{},
			requestCounts{"GET /v1/accounts/demo/models": sources, countedAccounts: 1},
		},
		{
			"fireworks_deployments", providertest.Values{},
			requestCounts{countedDeployments: sources, countedAccounts: 1},
		},
		{
			"fireworks_routers", providertest.Values{},
			requestCounts{"GET /v1/accounts/demo/routers": sources, countedAccounts: 1},
		},
		{
			providertest.JobsType, providertest.Values{"kind": "dpo"},
			requestCounts{"GET /v1/accounts/demo/dpoJobs": sources, countedAccounts: 1},
		},
	} {
		t.Run(c.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			process := p.Protocol(t)

			for range sources {
				if _, diags := process.ReadData(t.Context(), c.typeName, c.config); len(diags) > 0 {
					t.Error(diags)
				}
			}

			assertCounts(p, t, "read", c.want)
		})
	}
}

package provider

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// A plan of deployments that exist costs one request for each, on as many connections as Terraform has resources under way.
func TestPlanRequests_ExistingDeployments(t *testing.T) {
	t.Parallel()

	const deployments = 200

	p := newPlatform(t, mockapi.Options{})

	var first instance

	p.deployments(t).Run(t.Context(), &first, deploymentConfig(values{"deployment_id": "d-0"}), runOptions{})

	d, found := p.Deployment("accounts/demo/deployments/d-0")
	if !found {
		t.Fatal("the first deployment was not created")
	}

	for i := range deployments {
		d.Name = fmt.Sprintf("accounts/demo/deployments/d-%d", i)
		p.PutDeployment(d)
	}

	p.ResetRequests()

	process := p.protocol(t)

	inParallel(deployments, func(i int) {
		id := fmt.Sprintf("d-%d", i)
		name := "accounts/demo/deployments/" + id
		prior := stored{
			State:    with(first.State, values{"id": name, "name": name, "inference_model": name, "deployment_id": id}),
			Private:  first.Private,
			Identity: values{"account_id": "demo", "deployment_id": id},
		}
		read := process.Read(t.Context(), deploymentType, prior)

		plan := process.Plan(t.Context(), deploymentType, read.stored, deploymentConfig(values{"deployment_id": id}))
		if len(read.Diagnostics)+len(plan.Diagnostics) > 0 || !equal(plan.State, prior.State) {
			t.Errorf("%s: %s%s, planned %v of %v", id, read.Diagnostics, plan.Diagnostics, plan.State, prior.State)
		}
	})

	if requests, reads := len(p.Requests()), p.Count(http.MethodGet, deploymentPath); requests != deployments || reads != deployments {
		t.Errorf("%d requests, %d of them reads of deployments, want %d", requests, reads, deployments)
	}

	if n := p.connections(); n > maxConnections {
		t.Errorf("%d connections, want at most %d", n, maxConnections)
	}
}

// A plan of new deployments of one model on one shape costs two requests for each: whether it exists, and the dry run.
func TestPlanRequests_NewDeployments(t *testing.T) {
	t.Parallel()

	const deployments = 20

	p := newPlatform(t, mockapi.Options{})
	process := p.protocol(t)

	inParallel(deployments, func(i int) {
		config := deploymentConfig(values{"deployment_id": fmt.Sprintf("d-%d", i)})
		if plan := process.Plan(t.Context(), deploymentType, stored{}, config); len(plan.Diagnostics) > 0 {
			t.Errorf("%d: %s", i, plan.Diagnostics)
		}
	})

	// Besides, one request each for the account, the model and the shape.
	if n := len(p.Requests()); n != 2*deployments+3 {
		t.Errorf("%d requests, want %d", n, 2*deployments+3)
	}
}

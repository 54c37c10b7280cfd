// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
)

var (
	testRouter        = RouterName{AccountID: "acme", RouterID: "support"}
	testFineTuningJob = FineTuningJobName{AccountID: "acme", Kind: FineTuningJobDPO, JobID: "tone"}
)

const (
	routersPath = "/v1/accounts/acme/routers"
	routerPath  = routersPath + "/support"
	dpoJobsPath = "/v1/accounts/acme/dpoJobs"
	dpoJobPath  = dpoJobsPath + "/tone"

	routerReply        = `{"name":"accounts/acme/routers/support"}`
	fineTuningJobReply = `{"name":"accounts/acme/dpoJobs/tone"}`
)

// routingCalls are the calls for routers and fine-tuning jobs; routingRequests has what each of them sends.
func routingCalls() []apiCall {
	return []apiCall{
		{"CreateRouter", routerReply, false, func(ctx context.Context, c *Client) error {
			fields := Fields{"deployments": []string{testDeployment.String()}, "public": false}
			SetRouterStrategy(fields, RouterStrategyWeightedRandom)
			_, err := c.CreateRouter(ctx, testRouter, fields)

			return err
		}},
		{"GetRouter", routerReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetRouter(ctx, testRouter)
			return err
		}},
		{"GetRouterOnce", routerReply, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetRouterOnce(ctx, testRouter)
			return err
		}},
		{"UpdateRouter", routerReply, true, func(ctx context.Context, c *Client) error {
			fields := Fields{"display_name": ""}
			SetRouterStrategy(fields, RouterStrategyEvenLoad)
			_, err := c.UpdateRouter(ctx, testRouter, fields)

			return err
		}},
		{"ListRouters", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListRouters(ctx, "acme")
			return err
		}},
		{"DeleteRouter", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteRouter(ctx, testRouter)
		}},
		{"GetFineTuningJob", fineTuningJobReply, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetFineTuningJob(ctx, testFineTuningJob)
			return err
		}},
		{"ListFineTuningJobs", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListFineTuningJobs(ctx, "acme", FineTuningJobDPO)
			return err
		}},
	}
}

func routingRequests() map[string]wantRequest {
	return map[string]wantRequest{
		"CreateRouter": {"POST", routersPath, map[string][]string{"routerId": {"support"}},
			`{"deployments":["accounts/acme/deployments/serve"],"public":false,"weightedRandom":{}}`},
		"GetRouter":     {"GET", routerPath, nil, ""},
		"GetRouterOnce": {"GET", routerPath, nil, ""},
		"UpdateRouter": {"PATCH", routerPath, map[string][]string{"updateMask": {"display_name,even_load"}},
			`{"displayName":"","evenLoad":{},"name":"accounts/acme/routers/support"}`},
		"ListRouters":        {"GET", routersPath, pageQuery(), ""},
		"DeleteRouter":       {"DELETE", routerPath, nil, ""},
		"GetFineTuningJob":   {"GET", dpoJobPath, nil, ""},
		"ListFineTuningJobs": {"GET", dpoJobsPath, pageQuery(), ""},
	}
}

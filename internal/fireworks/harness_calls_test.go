// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
)

// apiCall is one method of the client, for tests that hold for all of them.
type apiCall struct {
	name string
	// response is the smallest response that the method accepts.
	response string
	// retried is whether the method retries after a transient failure.
	retried bool
	do      func(context.Context, *Client) error
}

func apiCalls() []apiCall {
	model := `{"name":"accounts/acme/models/tuned"}`
	version := `{"name":"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v7","latestValidated":true}`

	return []apiCall{
		{"AccountID", `{"accounts":[{"name":"accounts/acme"}]}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.AccountID(ctx)
			return err
		}},
		{"ListCheckpoints of a job", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListCheckpoints(ctx, testJob, 0)
			return err
		}},
		{"ListCheckpoints of a session", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListCheckpoints(ctx, testSession, 0)
			return err
		}},
		{"Promote a job's checkpoint", `{"model":` + model + `}`, false, func(ctx context.Context, c *Client) error {
			_, err := c.Promote(ctx, testPromotion)
			return err
		}},
		{"Promote a session's checkpoint", `{"model":` + model + `}`, false,
			func(ctx context.Context, c *Client) error {
				r := testPromotion
				r.Checkpoint = testSessionCkpt
				_, err := c.Promote(ctx, r)

				return err
			}},
		{"GetOperation", `{"name":"accounts/acme/operations/op-1"}`, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetOperation(ctx, testOperation)
			return err
		}},
		{"GetModel", model, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetModel(ctx, testModel)
			return err
		}},
		{"GetModelOnce", model, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetModelOnce(ctx, testModel)
			return err
		}},
		{"UpdateModel", model, true, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateModel(ctx, testModel, Fields{"public": false})
			return err
		}},
		{"DeleteModel", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteModel(ctx, testModel)
		}},
		{"ListModels", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListModels(ctx, "acme")
			return err
		}},
		{"ResolveTrainingShape, latest", `{"trainingShapeVersions":[` + version + `]}`, true,
			func(ctx context.Context, c *Client) error {
				_, err := c.ResolveTrainingShape(ctx, testShape)
				return err
			}},
		{"ResolveTrainingShape, exact", version, true, func(ctx context.Context, c *Client) error {
			_, err := c.ResolveTrainingShape(ctx, testShapeVersion)
			return err
		}},
	}
}

func isPromotion(call apiCall) bool { return call.name[:7] == "Promote" }

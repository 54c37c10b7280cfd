package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotionKey is where the private state remembers a promotion that is not known to have ended well.
const promotionKey = "promotion"

// replacedKey is where the plan with a prior state tells the plan without one, which follows it when the model is to be replaced,
// what it replaces: Terraform hands the planned private state of the first to the second.
const replacedKey = "replaced"

// replacedModel is the model that a replacement would remove.
type replacedModel struct {
	Model          string `json:"model"`
	DeletionPolicy string `json:"deletion_policy"`
	// Checked is set when the checks of the promotion were made already.
	Checked bool `json:"checked,omitempty"`
}

type rememberedPromotion struct {
	Operation string `json:"operation,omitempty"`
	Failed    bool   `json:"failed,omitempty"`

	operation *fireworks.OperationName
}

type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// savePendingOperation stores the running operation, or that it failed; with neither it forgets.
func savePendingOperation(ctx context.Context, private privateState, operation *fireworks.OperationName, failed bool) diag.Diagnostics {
	if operation == nil && !failed {
		return private.SetKey(ctx, promotionKey, nil)
	}

	remembered := rememberedPromotion{Failed: failed}
	if operation != nil {
		remembered.Operation = operation.String()
	}

	value, err := json.Marshal(remembered)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPendingOperationNotSaved, sentence(err.Error()))}
	}

	return private.SetKey(ctx, promotionKey, value)
}

// loadPendingOperation reads what savePendingOperation stored; what cannot be read is as if it were not there, because the model says the rest.
func loadPendingOperation(ctx context.Context, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}) rememberedPromotion {
	var remembered rememberedPromotion

	value, _ := private.GetKey(ctx, promotionKey)
	if len(value) == 0 || json.Unmarshal(value, &remembered) != nil {
		return rememberedPromotion{}
	}

	if name, err := fireworks.ParseOperationName(remembered.Operation); err == nil {
		remembered.operation = &name
	}

	return remembered
}

// saveReplacement lets the plan of a replacement know what it replaces.
func saveReplacement(ctx context.Context, private privateState, model replacedModel) diag.Diagnostics {
	value, err := json.Marshal(model)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPendingOperationNotSaved, sentence(err.Error()))}
	}

	return private.SetKey(ctx, replacedKey, value)
}

// loadReplacement returns what saveReplacement stored in the plan before this one.
func loadReplacement(ctx context.Context, private privateState) (replacedModel, bool) {
	var model replacedModel

	value, _ := private.GetKey(ctx, replacedKey)
	announced := len(value) > 0 && json.Unmarshal(value, &model) == nil

	return model, announced
}

// SPDX-License-Identifier: MPL-2.0

package mockapi

// deploymentSnapshot is what a version of a deployment shape holds, as on the wire.
type deploymentSnapshot struct {
	Name                   string `json:"name,omitempty"`
	DisplayName            string `json:"displayName,omitempty"`
	Description            string `json:"description,omitempty"`
	CreateTime             string `json:"createTime,omitempty"`
	UpdateTime             string `json:"updateTime,omitempty"`
	BaseModel              string `json:"baseModel,omitempty"`
	ModelType              string `json:"modelType,omitempty"`
	ParameterCount         int64  `json:"parameterCount,string,omitempty"`
	AcceleratorType        string `json:"acceleratorType,omitempty"`
	AcceleratorCount       int32  `json:"acceleratorCount,omitempty"`
	Precision              string `json:"precision,omitempty"`
	MaxContextLength       int32  `json:"maxContextLength,omitempty"`
	EnableAddons           bool   `json:"enableAddons,omitempty"`
	DraftModel             string `json:"draftModel,omitempty"`
	DraftTokenCount        int32  `json:"draftTokenCount,omitempty"`
	NgramSpeculationLength int32  `json:"ngramSpeculationLength,omitempty"`
	PresetType             string `json:"presetType,omitempty"`

	noLiveMerge bool // not on the wire
}

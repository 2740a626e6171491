// Errors are collected unseen until software writes the error status register, which makes visible what has been collected
// since the last write. The first error after such a write raises the interrupt of the error entry; the others only add their
// bits.

namespace Managarm.Perf.Hardware;

/// <content>Error status.</content>
public sealed unsafe partial class LocalApic
{
    private uint ReadErrorStatus() =>
        (uint)(fault == LocalApicFault.ErrorsShowUnlatched ? state->LatchedErrors | state->DetectedErrors : state->LatchedErrors);

    private void LatchErrors()
    {
        LocalApicErrors older = fault == LocalApicFault.LatchedErrorsAddUp ? state->LatchedErrors : LocalApicErrors.None;
        state->LatchedErrors = older | state->DetectedErrors;
        state->DetectedErrors = fault == LocalApicFault.DetectedErrorsStay ? state->DetectedErrors : LocalApicErrors.None;
        state->IsErrorArmed |= fault != LocalApicFault.ErrorIsNotRearmed;
    }

    /// <summary>Notes an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="silencer">The fault that lets it pass unnoticed.</param>
    /// <returns>True, for those who stop at an error.</returns>
    private bool RaiseError(LocalApicErrors error, LocalApicFault silencer)
    {
        if (fault == silencer && fault != LocalApicFault.None)
        {
            return true;
        }

        state->DetectedErrors |= error;
        bool isArmed = state->IsErrorArmed || fault == LocalApicFault.EveryErrorInterrupts;
        state->IsErrorArmed = false;
        if (isArmed && fault != LocalApicFault.ErrorDoesNotInterrupt)
        {
            Signal(LocalVector.Error);
        }

        return true;
    }
}

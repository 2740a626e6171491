// One rule of a device: a sentence, the section of the manual that says so, and a check that its fault makes fail.

namespace Managarm.Perf.Hardware.Tests;

/// <summary>A rule.</summary>
internal sealed record Rule<TFault>(string Name, string Text, string Section, TFault Fault, Action<TFault> Check)
    where TFault : struct, Enum;

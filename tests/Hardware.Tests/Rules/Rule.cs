// One rule of a device: a sentence, the section of the manual that says so, and a check that its defect makes fail.

namespace Managarm.Perf.Hardware.Tests.Rules;

/// <summary>A rule.</summary>
internal sealed record Rule<TDefect>(string Name, string Text, string Section, TDefect Defect, Action<TDefect> Check)
    where TDefect : struct, Enum;

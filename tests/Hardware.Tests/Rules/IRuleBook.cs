// What the table of hardware-rules.md needs of a book, whatever the defects of its device are.

namespace Managarm.Perf.Hardware.Tests.Rules;

/// <summary>The rules of one device, for printing.</summary>
internal interface IRuleBook
{
    /// <summary>Name of the device.</summary>
    string Device { get; }

    /// <summary>The manual that the sections are of.</summary>
    string Manual { get; }

    /// <summary>One row a rule.</summary>
    IEnumerable<(string Name, string Text, string Section, string Fault)> Rows { get; }
}

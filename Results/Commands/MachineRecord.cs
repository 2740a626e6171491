// The machine on which a command ran, as far as it can change a figure. Its fingerprint is one short word for all of that, by
// which rows of different nights are told apart or put together.

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Managarm.Perf.Results.Commands;

/// <summary>A machine.</summary>
/// <param name="System">Operating system with its version.</param>
/// <param name="Architecture">Instruction set.</param>
/// <param name="Processor">Model of the processor, or "unknown".</param>
/// <param name="Processors">Logical processors that the program may use.</param>
/// <param name="Runtime">Runtime with its version.</param>
public sealed record MachineRecord(string System, string Architecture, string Processor, long Processors, string Runtime)
{
    /// <summary>The machine on which this program runs.</summary>
    public static MachineRecord Own { get; } = new(
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(), ProcessorName(),
        Environment.ProcessorCount, RuntimeInformation.FrameworkDescription);

    /// <summary>The same for equal machines, and practically never for others.</summary>
    public string Fingerprint => Commands.Fingerprint.Of(
        System, Architecture, Processor, Processors.ToString(CultureInfo.InvariantCulture), Runtime);

    /// <summary>Writes the member of a provenance.</summary>
    /// <param name="json">Writer, inside the provenance.</param>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("machine");
        json.WriteString("system", System);
        json.WriteString("architecture", Architecture);
        json.WriteString("processor", Processor);
        json.WriteNumber("processors", Processors);
        json.WriteString("runtime", Runtime);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <param name="element">The object.</param>
    internal static MachineRecord Read(JsonElement element)
    {
        long processors = element.GetProperty("processors").GetInt64();
        return processors > 0
            ? new MachineRecord(
                ProvenanceRecord.Text(element, "system"), ProvenanceRecord.Text(element, "architecture"),
                ProvenanceRecord.Text(element, "processor"), processors, ProvenanceRecord.Text(element, "runtime"))
            : throw new FormatException();
    }

    private static string ProcessorName()
    {
        const string Table = "/proc/cpuinfo";
        const string Key = "model name";
        string? line = File.Exists(Table) ? File.ReadLines(Table).FirstOrDefault(IsName) : null;
        return line is null ? Provenance.Unknown : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        static bool IsName(string line) => line.StartsWith(Key, StringComparison.Ordinal);
    }
}

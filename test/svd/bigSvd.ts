// An SVD file of any size, made up: peripherals with described fields and enumerated values, as vendors write them.

/** At least `bytes` long, about 5 KB for each register. */
export function bigSvd(bytes: number, registersEach = 10): string {
  const parts = [
    '<?xml version="1.0" encoding="utf-8"?>\n<device schemaVersion="1.3">\n  <name>BIG</name>\n',
    '  <addressUnitBits>8</addressUnitBits>\n  <width>32</width>\n  <size>32</size>\n  <peripherals>\n',
  ];
  let length = 0;
  for (let number = 0; length < bytes; number++) {
    const text = peripheral(number, registersEach);
    parts.push(text);
    length += text.length;
  }
  return `${parts.join('')}  </peripherals>\n</device>\n`;
}

function peripheral(number: number, count: number): string {
  const registers = Array.from({ length: count }, (_, index) => register(number, index)).join('');
  const base = (0x4000_0000 + number * 0x1000).toString(16);
  return `    <peripheral>
      <name>P${number}</name>
      <description>Peripheral number ${number}, which does what the others do</description>
      <groupName>G${number % 50}</groupName>
      <baseAddress>0x${base}</baseAddress>
      <addressBlock>
        <offset>0x0</offset>
        <size>0x400</size>
        <usage>registers</usage>
      </addressBlock>
      <interrupt>
        <name>P${number}_IRQ</name>
        <value>${number}</value>
      </interrupt>
      <registers>
${registers}      </registers>
    </peripheral>
`;
}

function register(of: number, index: number): string {
  const fields = Array.from({ length: 8 }, (_, number) => field(of, index, number)).join('');
  return `        <register>
          <name>R${index}</name>
          <description>Register ${index} of peripheral ${of}</description>
          <addressOffset>0x${(index * 4).toString(16)}</addressOffset>
          <size>0x20</size>
          <access>read-write</access>
          <resetValue>0x00000000</resetValue>
          <fields>
${fields}          </fields>
        </register>
`;
}

function field(of: number, register: number, number: number): string {
  const values = [0, 1].map(
    (value) => `                <enumeratedValue>
                  <name>V${value}</name>
                  <description>Value ${value} of field ${number} in register ${register} of ${of}</description>
                  <value>${value}</value>
                </enumeratedValue>
`,
  );
  return `            <field>
              <name>F${number}</name>
              <description>Field ${number} of the register</description>
              <bitOffset>${number}</bitOffset>
              <bitWidth>1</bitWidth>
              <enumeratedValues>
${values.join('')}              </enumeratedValues>
            </field>
`;
}
